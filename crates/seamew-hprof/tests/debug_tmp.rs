//! tmp
mod support;
use support::*;
use seamew_hprof::writer::HeapForm;
use seamew_hprof::id::IdSize;
fn show(good: &Loaded, bytes: &[u8]) {
    let bad = load(bytes);
    println!("0x lost {:?} invented {:x?} dumps {:?} segs {:?}\n0x {:?}", missing(good, &bad).len(), invented(good, &bad), bad.survey.dumps.len(), bad.survey.dumps.iter().map(|d|&d.segments[..d.segments.len().min(12)]).collect::<Vec<_>>(), bad.survey.anomalies);
    println!("0x missing {:x?}", missing(good, &bad).iter().map(|a| (a, offset_of(good, *a))).take(5).collect::<Vec<_>>());
}
#[test]
fn a() {
    let mut bytes = dump(segmented(532), 101);
    let good = load(&bytes);
    let at = (bytes.len() as f64 * 0.21783531949834947) as usize;
    println!("0x A {at} objs {:?} segs {:?}", good.records.objects.iter().filter(|o| o.0+200 > at as u64 && o.0 < at as u64 + 200).collect::<Vec<_>>(), &good.survey.dumps[0].segments[..8]);
    bytes.drain(at..at+70);
    show(&good, &bytes);
}
#[test]
fn b() {
    let mut bytes = dump(options(IdSize::Four, HeapForm::Segments{max_bytes:842}), 38);
    let good = load(&bytes);
    let at = (bytes.len() as f64 * 0.6158549240101611) as usize;
    println!("0x B {at} objs {:?} segs {:?}", good.records.objects.iter().filter(|o| o.0+200 > at as u64 && o.0 < at as u64 + 200).collect::<Vec<_>>(), &good.survey.dumps[0].segments);
    bytes.truncate(at);
    show(&good, &bytes);
}
