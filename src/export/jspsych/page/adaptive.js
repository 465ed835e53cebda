"use strict";
/* Adaptive procedures: how many bubbles the next trial shows. The same procedures with the same numbers as in
 * bubblescope's own `adaptive` module, which cites the papers.
 *
 * Adaptive.start(procedure, goal, parameters) -> { count(), level(), update(shown, correct) }
 * goal: { start, target, guess, minimum, maximum, scale: "log" | { area: { bubble } } }.
 */
const Adaptive = (() => {
  const scaleOf = (scale) =>
    scale === "log"
      ? { level: (count) => Math.log10(Math.max(count, 1)), number: (level) => 10 ** level }
      : {
          level: (count) => Math.max(count, 1) * scale.area.bubble - scale.area.bubble,
          number: (level) => (level + scale.area.bubble) / scale.area.bubble,
        };

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  /* What bounds, rounds and remembers, around an engine that knows levels only. */
  function bounded(goal, engine) {
    const scale = scaleOf(goal.scale);
    const maximum = Math.max(goal.maximum, goal.minimum);
    const within = (level) => clamp(level, scale.level(goal.minimum), scale.level(maximum));
    return {
      count: () => clamp(Math.round(scale.number(within(engine.level()))), goal.minimum, maximum),
      level: () => within(engine.level()),
      update: (shown, correct) => engine.update(scale.level(shown), correct, within),
    };
  }

  function upDown(goal, { approach, long_step, step }) {
    const scale = scaleOf(goal.scale);
    let level = clamp(
      scale.level(goal.start),
      scale.level(goal.minimum),
      scale.level(Math.max(goal.maximum, goal.minimum)),
    );
    let trials = 0;
    return {
      level: () => level,
      update: (_, correct, within) => {
        const size = trials < approach ? long_step : step;
        level = within(level + (correct ? -size : size * (goal.target / (1 - goal.target))));
        trials += 1;
      },
    };
  }

  /* The Weibull function of Watson & Pelli. */
  const weibull = (slope, guess, blindly, shift) => {
    const lapse = blindly * (1 - guess);
    return (x) => 1 - lapse - (1 - guess - lapse) * Math.exp(-(10 ** (slope * (x + shift))));
  };

  function quest(goal, { sd, slope, lapse, grain, range }, next) {
    const centre = scaleOf(goal.scale).level(goal.start);
    const half = Math.ceil(range / grain / 2);
    const table = (shift) => {
      const at = weibull(slope, goal.guess, lapse, shift);
      return Array.from({ length: 4 * half + 1 }, (_, index) => at((index - 2 * half) * grain));
    };
    const plain = table(0);
    const above = plain.findIndex((value) => value > goal.target);
    const crossing = above - 1 + (goal.target - plain[above - 1]) / (plain[above] - plain[above - 1]);
    const right = table((crossing - 2 * half) * grain);
    const order = mostInformative(right[0], right[right.length - 1]);
    const point = (at) => (at - half) * grain;
    let posterior = Array.from({ length: 2 * half + 1 }, (_, at) => Math.exp(-0.5 * (point(at) / sd) ** 2));

    const quantile = () => {
      let [below, from] = [0, point(0)];
      const wanted = order * sum(posterior);
      for (let at = 0; at < posterior.length; at++) {
        const [reached, to] = [below + posterior[at], point(at)];
        if (reached > below) {
          if (reached >= wanted) {
            const share = at === 0 ? 1 : (wanted - below) / (reached - below);
            return centre + from + share * (to - from);
          }
          [below, from] = [reached, to];
        }
      }
      return centre + from;
    };
    const mean = () => centre + sum(posterior.map((mass, at) => mass * point(at)));
    const mode = () => {
      let best = 0;
      posterior.forEach((mass, at) => {
        if (mass > posterior[best] * (1 + 1e-12)) best = at;
      });
      return centre + point(best);
    };
    const normalise = () => {
      const total = sum(posterior);
      posterior = posterior.map((mass) => mass / total);
    };
    normalise();
    return {
      level: { quantile, mean, mode }[next],
      update: (level, correct) => {
        const tested = clamp(Math.floor((level - centre) / grain + 0.5), -half, half);
        posterior = posterior.map((mass, at) => {
          const likelihood = right[tested + 3 * half - at];
          return Math.max(mass * (correct ? likelihood : 1 - likelihood), 1e-300);
        });
        normalise();
      },
    };
  }

  /* The order of the most informative quantile for a function that runs from low to high (Pelli). */
  function mostInformative(low, high) {
    const entropy = (p) => p * Math.log(p + 1e-14) + (1 - p + 1e-14) * Math.log(1 - p + 1e-14);
    const middle = 1 / (1 + Math.exp((entropy(high) - entropy(low)) / (low - high)));
    return (middle - low) / (high - low);
  }

  function questPlus(goal, { levels: number, slope, slope_to, slopes, lapse, lapse_to, lapses }) {
    const scale = scaleOf(goal.scale);
    const grid = (first, last, count) =>
      count === 1 || first === last
        ? [first]
        : Array.from({ length: count }, (_, at) => first + (at * (last - first)) / (count - 1));
    const maximum = Math.max(goal.maximum, goal.minimum);
    const [lowest, highest] = [scale.level(goal.minimum), scale.level(maximum)];
    const thresholds = grid(lowest, highest, Math.round(number));
    const counts = thresholds.map((level) =>
      clamp(Math.round(scale.number(clamp(level, lowest, highest))), goal.minimum, maximum),
    );
    const levels = counts.filter((count, at) => count !== counts[at - 1]).map(scale.level);
    const cells = [];
    for (const steep of grid(slope, slope_to, Math.round(slopes))) {
      for (const blindly of grid(lapse, lapse_to, Math.round(lapses))) {
        const most = 1 - blindly * (1 - goal.guess);
        const shift = Math.log10(-Math.log((most - goal.target) / (most - goal.guess))) / steep;
        const at = weibull(steep, goal.guess, blindly, shift);
        thresholds.forEach((threshold) => cells.push((level) => at(level - threshold)));
      }
    }
    const term = (p) => (p > 0 ? -p * Math.log(p) : 0);
    const entropy = (p) => term(p) + term(1 - p);
    const right = levels.map((level) => cells.map((cell) => cell(level)));
    const uncertain = right.map((row) => row.map(entropy));
    let posterior = cells.map(() => 1 / cells.length);
    const mostTelling = () => {
      let best = [-Infinity, levels[0]];
      levels.forEach((level, row) => {
        let [p, known] = [0, 0];
        posterior.forEach((mass, at) => {
          p += mass * right[row][at];
          known += mass * uncertain[row][at];
        });
        if (entropy(p) - known > best[0] + 1e-12) best = [entropy(p) - known, level];
      });
      return best[1];
    };
    let level = mostTelling();
    return {
      level: () => level,
      update: (shown, correct) => {
        posterior = posterior.map((mass, at) => {
          const p = cells[at](shown);
          return Math.max(mass * (correct ? p : 1 - p), 1e-9);
        });
        const total = sum(posterior);
        posterior = posterior.map((mass) => mass / total);
        level = mostTelling();
      },
    };
  }

  const engines = {
    weighted_up_down: upDown,
    quest: (goal, parameters) => quest(goal, parameters, "quantile"),
    quest_mean: (goal, parameters) => quest(goal, parameters, "mean"),
    quest_mode: (goal, parameters) => quest(goal, parameters, "mode"),
    quest_plus: questPlus,
  };

  return { start: (procedure, goal, parameters) => bounded(goal, engines[procedure](goal, parameters)) };
})();
