"use strict";
/* Sight of the picture: it has its planned size, lies wholly in the window, and is followed frame by frame while it is shown.
 * A picture is never shown smaller than planned; the page waits instead.
 */
const Viewing = (() => {
  const frame = () => new Promise(requestAnimationFrame);

  /* True of a measurement that can be the CSS pixels of a degree: from a telephone at arm's length to a wall across a hall. */
  const isPlausible = (scale) => Number.isFinite(scale) && scale >= 5 && scale <= 1000;

  /* The obstacle to a trial, as a sentence; null where there is none. `ratio` is that of device pixels to CSS pixels
   * when the screen was measured: the zoom of the browser changes it, and with it the size of everything.
   */
  const obstacle = ([width, height], ratio) => {
    if (document.hidden) return "This page is hidden.";
    if (ratio && devicePixelRatio !== ratio) {
      return "The zoom of the browser, or the screen, is not that with which the screen was measured. Set it back, or reload the page to measure again.";
    }
    if (innerWidth >= width && innerHeight >= height) return null;
    return `The picture needs ${Math.ceil(width)} × ${Math.ceil(height)} pixels, and this window has ${innerWidth} × ${innerHeight}. Make the window larger, up to full screen; the experiment goes on by itself. If it cannot be made large enough, this screen is too small to take part.`;
  };

  /* Waits until nothing stands in the way; `say` shows what does, and nothing in the end. */
  const clear = async (size, ratio, say) => {
    let said = null;
    for (let why; (why = obstacle(size, ratio)); ) {
      if (why !== said) say((said = why));
      await new Promise((resume) => setTimeout(resume, 100));
    }
    if (said) say("");
  };

  /* Follows a canvas that has just been drawn, frame by frame: `seen.onset_ms` is the time from here to the first frame that
   * shows it; `seen.shown_ms`, where `duration` hides it, that from its first frame to the first one without it. A duration is
   * the nearest number of frames, and at least one.
   */
  const follow = async (canvas, duration, step, seen) => {
    const drawn = performance.now();
    const onset = await frame();
    if (!canvas.isConnected) return;
    seen.onset_ms = Math.max(0, Math.round(10 * (onset - drawn)) / 10);
    if (!duration) return;
    for (let now = await frame(); canvas.isConnected; now = await frame()) {
      if (now - onset < duration - step / 2) continue;
      canvas.style.visibility = "hidden";
      seen.shown_ms = Math.round(10 * (now - onset)) / 10;
      return;
    }
  };

  /* Median time between frames, ms: the grain of every duration. */
  const frameDuration = async () => {
    const times = [];
    for (let at = 0; at < 31; at++) times.push(await frame());
    const steps = times.slice(1).map((time, at) => time - times[at]);
    return Number(steps.sort((a, b) => a - b)[15].toFixed(2));
  };

  return { isPlausible, clear, follow, frameDuration };
})();
