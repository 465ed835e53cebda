#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bubblescope_fuzz::read("recors", bytes));
