/**
 * Preloaded by the launcher into what it starts: ends this process when the launcher is gone. The launcher passes
 * signals on, but a kill -9 gives it no chance to; then the kernel gives us another parent, which we notice.
 */
const launcher = Number(process.env.LAUNCHER_PID);
// What we start in turn has us, not the launcher, as its parent.
delete process.env.LAUNCHER_PID;
const INTERVAL = 250;
/** Our parts drain within ten seconds; what has not ended by then hangs. */
const PATIENCE = 12_000;

if (launcher) {
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE).unref();
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL);
  timer.unref();
}
