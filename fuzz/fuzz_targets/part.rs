#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| mizan_fuzz::part(bytes));
