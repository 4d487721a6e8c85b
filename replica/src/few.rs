//! A map for a few things: a list that is looked through. Trees take ten times the code in a download, for nothing at this size.

/// Keys with values, in no order.
#[derive(Debug, Clone)]
pub struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + Eq, V> Few<K, V> {
    fn place(&self, key: K) -> Option<usize> {
        self.0.iter().position(|(known, _)| *known == key)
    }

    /// The value, if the key is there.
    pub fn get(&self, key: K) -> Option<&V> {
        self.place(key).map(|place| &self.0[place].1)
    }

    /// As [`Few::get`], to change it.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.place(key).map(|place| &mut self.0[place].1)
    }

    /// Whether the key is there.
    pub fn contains(&self, key: K) -> bool {
        self.place(key).is_some()
    }

    /// Puts a value; the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.get_mut(key) {
            Some(known) => Some(std::mem::replace(known, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Takes the key out; what it had.
    pub fn remove(&mut self, key: K) -> Option<V> {
        self.place(key).map(|place| self.0.swap_remove(place).1)
    }

    /// The value; a first one if there was none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(key).unwrap_or_else(|| {
            self.0.push((key, V::default()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    /// Keeps only what is wanted.
    pub fn retain(&mut self, mut wanted: impl FnMut(K, &V) -> bool) {
        self.0.retain(|(key, value)| wanted(*key, value));
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// How many.
    pub const fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_put_found_changed_and_taken_out() {
        let mut few = Few::default();
        assert_eq!((few.insert(1, 'a'), few.insert(2, 'b'), few.insert(1, 'c')), (None, None, Some('a')));
        assert_eq!((few.get(1), few.get(3), few.contains(2), few.len()), (Some(&'c'), None, true, 2));
        *few.or_default(3) = 'd';
        *few.get_mut(2).expect("there") = 'e';
        few.retain(|key, _| key != 1);
        let mut all: Vec<_> = few.iter().map(|(key, value)| (key, *value)).collect();
        all.sort_unstable();
        assert_eq!(all, [(2, 'e'), (3, 'd')]);
        assert_eq!((few.remove(2), few.remove(2)), (Some('e'), None));
    }
}
