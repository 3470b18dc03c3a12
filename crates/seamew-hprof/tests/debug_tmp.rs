mod support;
use support::*;
#[test]
fn dbg() {
    let clean = dump(segmented(1 << 20), 40000);
    let good = load(&clean);
    let mut bytes = clean.clone();
    for at in (2000..clean.len()).step_by(700).filter(|at| (1_003_000..1_009_000).contains(at)) { bytes[at] = 0;
        let rec = good.records.objects.iter().rfind(|(o, _)| *o <= at as u64).unwrap();
        let kind = clean[rec.0 as usize];
        println!("0x at {at} in {:?} +{} {kind:x}", rec, at as u64 - rec.0);
    }
    let bad = load(&bytes);
    println!("0x {} {:?}", missing(&good, &bad).len(), bad.survey.anomalies.iter().map(|a| (a.kind, a.offset, a.lost_bytes)).collect::<Vec<_>>());
    println!("0x {:?}", good.survey.dumps[0].segments);
}
