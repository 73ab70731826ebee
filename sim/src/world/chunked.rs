//! A vector that grows without ever moving what it holds.

/// Elements in a chunk.
const CHUNK: usize = 1024;

/// A growing list in chunks: adding the millionth task moves none of the others and wastes at most a chunk.
#[derive(Debug)]
pub(super) struct Chunked<T> {
    chunks: Vec<Vec<T>>,
    length: usize,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            length: 0,
        }
    }
}

impl<T> Chunked<T> {
    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Adds an element at the end.
    pub(super) fn push(&mut self, element: T) {
        if self.length.is_multiple_of(CHUNK) {
            // The first chunk grows by itself: most jobs are small.
            self.chunks.push(if self.length == 0 {
                Vec::new()
            } else {
                Vec::with_capacity(CHUNK)
            });
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(element);
        }
        self.length += 1;
    }

    /// The element at a position.
    pub(super) fn get(&self, position: usize) -> Option<&T> {
        self.chunks.get(position / CHUNK)?.get(position % CHUNK)
    }

    /// The element at a position, to be changed.
    pub(super) fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        self.chunks.get_mut(position / CHUNK)?.get_mut(position % CHUNK)
    }
}
