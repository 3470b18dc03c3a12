//! Asks a heap, and tells the answer in short texts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use seamew_heap::open::{OpenOptions, open};
use seamew_heap::{Heap, Progress};
use seamew_oql::eval::Session;
use seamew_oql::{Answer, Cell, ColumnType, OqlError, Program, QueryError};
use seamew_testkit::{Address, HeapBuilder};
use tempfile::NamedTempFile;

/// An opened heap whose objects have names for tests.
pub struct Asked {
    pub heap: Arc<Heap>,
    names: BTreeMap<u64, String>,
    /// The dump must be there as long as the heap is.
    _file: NamedTempFile,
}

/// An answer: names of the columns, rows, notes.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub columns: Vec<String>,
    pub rows: Vec<String>,
    pub notes: Vec<String>,
}

impl Asked {
    pub fn new(builder: &HeapBuilder, names: &[(&str, Address)]) -> Self {
        let file = builder.to_file();
        let options = OpenOptions {
            use_index: false,
            threads: 1,
            ..OpenOptions::default()
        };
        let heap = open(file.path(), &options, &Progress::default()).expect("the dump is sound");
        let names = names
            .iter()
            .map(|(name, address)| (address.0, (*name).to_owned()));
        Self {
            heap: Arc::new(heap),
            names: names.collect(),
            _file: file,
        }
    }

    fn session(&self, query: &str) -> Result<Session, QueryError> {
        Ok(Session::new(
            Arc::clone(&self.heap),
            Arc::new(Program::new(query)?),
        ))
    }

    /// The answer to a query.
    pub fn ask(&self, query: &str) -> Result<Told, OqlError> {
        self.answer(self.session(query)?)
    }

    /// The answer by plans, however few objects there are.
    pub fn ask_by_plan(&self, query: &str) -> Result<Told, OqlError> {
        self.answer(self.session(query)?.planning_beyond(0))
    }

    /// The answer by looking at row after row.
    pub fn ask_slowly(&self, query: &str) -> Result<Told, OqlError> {
        self.answer(self.session(query)?.planning_beyond(usize::MAX))
    }

    /// The answer, at most a hundred rows of it; cancelled when it takes longer than a second.
    pub fn ask_briefly(&self, query: &str) -> Result<usize, OqlError> {
        let (session, progress) = (self.session(query)?, Arc::new(Progress::default()));
        let (done, is_done) = channel::<()>();
        let watched = Arc::clone(&progress);
        let watch = thread::spawn(move || {
            if is_done.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                watched.cancel();
            }
        });
        let answer = Answer::of_session(session, Some(100), &progress).and_then(|mut answer| {
            let mut rows = 0;
            while let Some(page) = answer.next(7, &progress)? {
                rows += page.first().map_or(0, Vec::len);
            }
            Ok(rows)
        });
        drop(done);
        watch.join().expect("the watch does not panic");
        answer
    }

    fn answer(&self, session: Session) -> Result<Told, OqlError> {
        let progress = Progress::default();
        let mut answer = Answer::of_session(session, None, &progress)?;
        let columns: Vec<(String, ColumnType)> = (answer.columns().iter())
            .map(|column| (column.name.clone(), column.kind))
            .collect();
        let mut rows = Vec::new();
        // An odd number, so that pages end in the middle of things.
        while let Some(page) = answer.next(7, &progress)? {
            for at in 0..page[0].len() {
                let cells = page
                    .iter()
                    .zip(&columns)
                    .map(|(cells, (_, kind))| self.text(&cells[at], *kind));
                rows.push(cells.collect::<Vec<String>>().join(" | "));
            }
        }
        Ok(Told {
            columns: columns.into_iter().map(|(name, _)| name).collect(),
            rows,
            notes: answer.notes(),
        })
    }

    /// The rows of a query that must have an answer. Of lists of objects the objects' names.
    #[track_caller]
    pub fn rows(&self, query: &str) -> Vec<String> {
        let told = self
            .ask(query)
            .unwrap_or_else(|error| panic!("{query}: {error}"));
        if told.columns.first().map(String::as_str) == Some("object") {
            let first = |row: &String| row.split(" | ").next().unwrap().to_owned();
            return told.rows.iter().map(first).collect();
        }
        told.rows
    }

    /// Rows read under a limit, and how many the answer says there are without it.
    #[track_caller]
    pub fn limited(&self, query: &str, limit: u64) -> (usize, Option<u64>) {
        let progress = Progress::default();
        let session = self.session(query).unwrap();
        let mut answer = Answer::of_session(session, Some(limit), &progress).unwrap();
        let total = answer.total();
        let mut rows = 0;
        while let Some(page) = answer.next(7, &progress).unwrap() {
            rows += page[0].len();
        }
        (rows, total)
    }

    /// What the query is refused with.
    #[track_caller]
    pub fn refusal(&self, query: &str) -> QueryError {
        match self.ask(query) {
            Err(OqlError::Query(error)) => error,
            other => panic!("{query} gives {other:?}"),
        }
    }

    #[track_caller]
    pub fn check(&self, query: &str, rows: &[&str]) {
        assert_eq!(self.rows(query), rows, "{query}");
    }

    /// Checks the one value of a query with one row and one column.
    #[track_caller]
    pub fn check_value(&self, expression: &str, value: &str) {
        self.check(&format!("SELECT {expression} FROM OBJECTS 0"), &[value]);
    }

    fn text(&self, cell: &Cell, kind: ColumnType) -> String {
        match cell {
            Cell::Integer(id) if kind == ColumnType::Object => {
                let id = u32::try_from(*id).unwrap();
                self.name(id)
            }
            Cell::List(cells) => {
                let cells: Vec<String> = cells
                    .iter()
                    .map(|cell| self.text(cell, ColumnType::Any))
                    .collect();
                format!("[{}]", cells.join(", "))
            }
            Cell::Named(cells) => {
                let cells: Vec<String> = (cells.iter())
                    .map(|(name, cell)| format!("{name}={}", self.text(cell, ColumnType::Any)))
                    .collect();
                format!("{{{}}}", cells.join(", "))
            }
            Cell::Null => "null".to_owned(),
            Cell::Boolean(flag) => flag.to_string(),
            Cell::Integer(number) => number.to_string(),
            Cell::Float(number) => format!("{number:?}"),
            Cell::Text(text) => text.clone(),
        }
    }

    fn name(&self, id: u32) -> String {
        let object = self.heap.object(id).unwrap();
        let address = self.heap.object_address(object);
        let class = self.heap.class_table().of_object(object);
        match (self.names.get(&address), class) {
            (Some(name), _) => name.clone(),
            (None, Some(class)) => self.heap.class_table().get(class).name.clone(),
            (None, None) => format!("{} @{id}", self.heap.class_name(object)),
        }
    }

    /// The id of an object.
    pub fn id(&self, address: Address) -> u32 {
        self.heap.id(self.heap.find(address.0).unwrap())
    }
}
