//! Values as templates see them. Arrays and maps are shared by reference count: a value that many pages show is made once.

use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Map;

/// One value of a view.
#[derive(Clone, Debug)]
pub struct Value(pub(super) tera::Value);

/// A key of a map with its place in it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place(usize, &'static str);

impl From<Place> for tera::value::Key<'static> {
    fn from(place: Place) -> Self {
        Self::Str(place.1)
    }
}

/// What a value is, for those who write it without a template.
pub enum Shape<'a> {
    /// Nothing.
    None,
    /// A text, or something that is written as one: a number, a yes or no.
    Text(std::borrow::Cow<'a, str>),
    /// A list.
    List(Vec<Value>),
    /// A map, in order.
    Map(Vec<(&'a str, Value)>),
}

impl Value {
    /// What `{% if x %}` takes for no.
    pub fn none() -> Self {
        Self(tera::Value::none())
    }

    /// A yes or no.
    pub fn bool(b: bool) -> Self {
        Self(b.into())
    }

    /// A whole number.
    pub fn int(n: i64) -> Self {
        Self(n.into())
    }

    /// A text, escaped where it is shown.
    pub fn text(text: &str) -> Self {
        Self(text.into())
    }

    /// HTML that is safe as it is.
    pub fn html(html: &str) -> Self {
        Self(tera::Value::safe_string(html))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Self {
        Self(items.into_iter().map(|v| v.0).collect::<Vec<_>>().into())
    }

    /// A map, in this order.
    pub fn map(entries: Vec<(&'static str, Value)>) -> Self {
        // Tera takes a map over only by making it anew: a tree that keeps the order costs less than hashing every key twice.
        let placed = |(place, (key, value)): (usize, (_, Value))| (Place(place, key), value.0);
        Self(entries.into_iter().enumerate().map(placed).collect::<BTreeMap<_, _>>().into())
    }

    /// A map with more entries; an entry whose key is there already takes its place.
    pub fn and(&self, more: Vec<(&'static str, Value)>) -> Self {
        let mut map = Map::with_capacity(more.len() + self.0.as_map().map_or(0, |m| m.len()));
        map.extend(self.0.as_map().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
        for (key, value) in more {
            map.insert(tera::value::Key::Str(key), value.0);
        }
        Self(map.into())
    }

    /// A map whose keys are data.
    pub fn dictionary(entries: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(tera::value::Key::String(Arc::from(key)), value.0);
        }
        Self(map.into())
    }

    /// What it is.
    pub fn shape(&self) -> Shape<'_> {
        if self.0.is_none() || self.0.is_undefined() {
            Shape::None
        } else if let Some(text) = self.0.as_str() {
            Shape::Text(text.into())
        } else if let Some(items) = self.0.as_array() {
            Shape::List(items.iter().map(|v| Value(v.clone())).collect())
        } else if let Some(map) = self.0.as_map() {
            Shape::Map(map.iter().filter_map(|(k, v)| Some((k.as_str()?, Value(v.clone())))).collect())
        } else {
            Shape::Text(self.0.to_string().into())
        }
    }

    /// What a map has under a key; nothing if it is no map.
    pub fn get(&self, key: &str) -> Option<Value> {
        let found = self.0.as_map()?.get(&tera::value::Key::Str(key))?;
        (!found.is_none()).then(|| Value(found.clone()))
    }

    /// Whether it is yes.
    pub fn is_true(&self) -> bool {
        self.0.as_bool() == Some(true)
    }

    /// A map with one more entry, unless that is nothing; nothing if it is no map.
    pub fn with(self, key: &'static str, value: Option<Value>) -> Option<Value> {
        let mut map = self.0.into_map()?;
        if let Some(value) = value {
            map.insert(tera::value::Key::Str(key), value.0);
        }
        Some(Value(map.into()))
    }

    /// A text that is not empty.
    pub fn as_text(&self) -> Option<&str> {
        self.0.as_str().filter(|text| !text.is_empty())
    }

    /// The items of a list; none if it is no list.
    pub fn items(&self) -> impl Iterator<Item = Value> + '_ {
        self.0.as_array().into_iter().flatten().map(|v| Value(v.clone()))
    }

    /// Data of the user's own.
    pub fn json(value: &serde_json::Value) -> Self {
        Self(tera::Value::from_serializable(value))
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
