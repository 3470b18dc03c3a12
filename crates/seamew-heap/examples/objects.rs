//! Opens a dump and prints every object: address, shallow, retained, class.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used, missing_docs)]
use seamew_heap::classes::SizeModel;
use seamew_heap::open::{OpenOptions, open};
use seamew_heap::Progress;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let model = if args.get(2).is_some_and(|model| model == "mat") { SizeModel::Mat } else { SizeModel::Gap };
    let print = args.get(3).is_some_and(|it| it == "print");
    let options = OpenOptions { size_model: model, use_index: false, threads: args.get(4).map_or(0, |t| t.parse().unwrap()), ..OpenOptions::default() };
    let started = std::time::Instant::now();
    let heap = open(std::path::Path::new(&args[1]), &options, &Progress::default()).unwrap();
    eprintln!("{:?}\n{:#?}", started.elapsed(), heap.facts());
    if print { print!("{}", String::from_utf8(heap.objects_csv(0, u32::MAX)).unwrap()); }
    eprintln!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().filter(|l| l.starts_with("Vm") || l.starts_with("Rss")).collect::<Vec<_>>().join("\n"));
}
