//! Strings with their texts.

use super::rows::{IndexColumn, RowBuilder, finish, push_rest};
use super::stream::Output;
use super::{Cell, Kind, Scan, TableColumn, TableRows};
use crate::error::Result;
use crate::heap::Heap;
use crate::values::{Text, TextOwners, TextVisitor};

const STRING: &str = "java.lang.String";
/// Characters of a text at most; `length` tells of the rest.
const MOST_CHARACTERS: usize = 1_000_000;

pub struct Strings;

impl TableRows for Strings {
    fn columns(&self, heap: &Heap) -> Vec<TableColumn> {
        let index = [
            IndexColumn::Id,
            IndexColumn::Address,
            IndexColumn::ShallowBytes,
            IndexColumn::RetainedBytes,
        ];
        let own = [("text", Kind::Text), ("length", Kind::Integer)];
        super::columns(heap, &index, &own)
    }

    fn estimate(&self, heap: &Heap) -> u64 {
        (heap.table.classes.iter().zip(&heap.class_sums))
            .filter(|(class, _)| class.name == STRING)
            .map(|(_, sums)| sums.objects)
            .sum()
    }

    fn make(&self, heap: &Heap, scan: &Scan, output: &Output) -> Result<()> {
        let all = heap.instances_named(&[STRING]);
        let strings = scan.filter.within(heap, &all);
        let builder = || RowBuilder::new(heap, &scan.wanted, output).noting();
        if !scan.wants_own() {
            return push_rest(builder(), &strings);
        }
        let owners = TextOwners::read(heap, &strings, output.progress())?;
        let visitor = || TextRows {
            rows: builder(),
            text: String::new(),
        };
        let read = heap.read_texts(&owners, visitor, output.progress())?;
        let rest = finish(read.into_iter().map(|it| it.rows), strings)?;
        push_rest(builder(), &rest)
    }
}

struct TextRows<'a> {
    rows: RowBuilder<'a>,
    text: String,
}

impl TextVisitor for TextRows<'_> {
    fn text(&mut self, text: Text<'_>) {
        let length = text.characters.count().cast_signed() as i64;
        text.characters
            .first(MOST_CHARACTERS)
            .decode_into(&mut self.text);
        let own = self.text.as_str();
        self.rows.add(text.owner, |place| match place {
            0 => Cell::Text(own.into()),
            _ => Cell::Integer(length),
        });
    }
}
