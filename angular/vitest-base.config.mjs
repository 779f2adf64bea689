// What the tests of both projects run with: a machine that is busy with other tests is slow, and no test waits for a time to
// run out.
export default { test: { testTimeout: 60_000, hookTimeout: 60_000 } };
