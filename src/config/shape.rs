//! What `site.toml` may hold, as a JSON Schema: told by the very code that reads it.
//!
//! serde asks a format for each key of each table by name. A format that answers everything with the smallest value and
//! writes down what it was asked for knows all keys and types that the reader knows, and no others.

use serde::de::{self, DeserializeSeed, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// The schema of what `T` is read from.
pub(super) fn of<'de, T: de::Deserialize<'de>>() -> Value {
    let mut schema = Value::Bool(true);
    // A type that wants more than the smallest value is described as far as it was read.
    let _ = T::deserialize(Asked(&mut schema));
    schema
}

/// Nothing is wrong with a value that does not exist.
#[derive(Debug)]
struct Unread;

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("there is no value to read")
    }
}

impl std::error::Error for Unread {}

impl de::Error for Unread {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Unread
    }
}

/// A value that writes down as what it was asked for.
struct Asked<'s>(&'s mut Value);

macro_rules! scalars {
    ($($method:ident $visit:ident $value:expr, $type:literal;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
            *self.0 = json!({ "type": $type });
            visitor.$visit($value)
        })*
    };
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Unread;

    scalars! {
        deserialize_bool visit_bool false, "boolean";
        deserialize_u8 visit_u64 0, "integer";
        deserialize_u16 visit_u64 0, "integer";
        deserialize_u32 visit_u64 0, "integer";
        deserialize_u64 visit_u64 0, "integer";
        deserialize_i8 visit_u64 0, "integer";
        deserialize_i16 visit_u64 0, "integer";
        deserialize_i32 visit_u64 0, "integer";
        deserialize_i64 visit_u64 0, "integer";
        deserialize_f32 visit_f64 0.0, "number";
        deserialize_f64 visit_f64 0.0, "number";
        deserialize_str visit_borrowed_str "", "string";
        deserialize_string visit_borrowed_str "", "string";
        deserialize_char visit_char 'x', "string";
        deserialize_identifier visit_borrowed_str "", "string";
    }

    /// Whoever asks for nothing in particular takes everything.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        *self.0 = Value::Bool(true);
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut items = Value::Bool(true);
        let read = visitor.visit_seq(Once(Some(&mut items)));
        *self.0 = json!({ "type": "array", "items": items });
        read
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut values = Value::Bool(true);
        let read = visitor.visit_map(Once(Some(&mut values)));
        *self.0 = json!({ "type": "object", "additionalProperties": values });
        read
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        let mut table = Table { fields: fields.iter(), now: None, properties: Map::new() };
        let read = visitor.visit_map(&mut table);
        // Whatever could not be asked for is a key all the same.
        for key in fields {
            table.properties.entry(*key).or_insert(Value::Bool(true));
        }
        *self.0 = match name.starts_with("$__") {
            // A value with its place in the file is its last field; the two before are the place.
            true => table.properties.remove(fields.last().copied().unwrap_or("")).unwrap_or(Value::Bool(true)),
            false => json!({ "type": "object", "properties": table.properties, "additionalProperties": false }),
        };
        read
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        *self.0 = json!({ "enum": variants });
        visitor.visit_enum(de::value::StrDeserializer::new(variants.first().copied().unwrap_or("")))
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct ignored_any }
}

/// A list or a table of one.
struct Once<'s>(Option<&'s mut Value>);

impl<'de> de::SeqAccess<'de> for Once<'_> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unread> {
        self.0.take().map(|schema| seed.deserialize(Asked(schema))).transpose()
    }
}

impl<'de> de::MapAccess<'de> for Once<'_> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unread> {
        if self.0.is_none() {
            return Ok(None);
        }
        seed.deserialize(Asked(&mut Value::Null)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Unread> {
        seed.deserialize(Asked(self.0.take().ok_or(Unread)?))
    }
}

/// A table that has every key that it is asked for.
struct Table {
    fields: std::slice::Iter<'static, &'static str>,
    now: Option<&'static str>,
    properties: Map<String, Value>,
}

impl<'de> de::MapAccess<'de> for &mut Table {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unread> {
        self.now = self.fields.next().copied();
        self.now.map(|key| seed.deserialize(de::value::BorrowedStrDeserializer::new(key))).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Unread> {
        let mut schema = Value::Bool(true);
        let read = seed.deserialize(Asked(&mut schema));
        self.properties.insert(self.now.unwrap_or("").to_string(), schema);
        read
    }
}
