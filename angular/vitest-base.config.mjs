// Options for the tests of both projects. The timeouts are long, because a machine that runs other tests is slow. No test
// waits for a timeout.
export default { test: { testTimeout: 60_000, hookTimeout: 60_000 } };
