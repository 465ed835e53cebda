// Adaptive procedures: how many bubbles the next trial shows, from the answers so far. The numbers are those of the Rust
// implementation (src/adaptive/, where the papers are named): weighted up-down (Kaernbach 1991), QUEST (Watson & Pelli
// 1983) by quantile, mean or mode, QUEST+ (Watson 2017).
//
//   const procedure = Adaptive.start("quest", goal, parameters);
//   goal        { start, target, guess, minimum, maximum, scale }, scale "log" or { area: { bubble: share of the picture } }
//   parameters  every parameter of the procedure by its name
//   procedure.count()                  bubbles of the next trial
//   procedure.update(shown, correct)   after an answer to a trial that really showed `shown` bubbles
//   procedure.state(), .restore(state) what was learnt, as JSON; restored into a procedure started with the same arguments
const Adaptive = (() => {
  "use strict";

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const range = (length, value) => Array.from({ length }, (_, at) => value(at));

  function onScale(goal) {
    const bubble = goal.scale === "log" ? null : goal.scale.area.bubble;
    const maximum = Math.max(goal.maximum, goal.minimum);
    const level = (count) => (bubble === null ? Math.log10(Math.max(count, 1)) : Math.max(count, 1) * bubble - bubble);
    const number = (at) => (bubble === null ? Math.pow(10, at) : (at + bubble) / bubble);
    const lowest = level(goal.minimum);
    const highest = level(maximum);
    const bounded = (at) => clamp(at, lowest, highest);
    const count = (at) => clamp(Math.floor(number(bounded(at)) + 0.5), goal.minimum, maximum);
    return { level, lowest, highest, bounded, count };
  }

  function weibull(slope, guess, blindly) {
    const lapse = blindly * (1 - guess);
    const most = 1 - lapse;
    const at = (level) => most - (1 - guess - lapse) * Math.exp(-Math.pow(10, slope * level));
    const levelOf = (target) => Math.log10(-Math.log((most - target) / (most - guess))) / slope;
    return { at, levelOf };
  }

  function mode(posterior) {
    return posterior.reduce((best, mass, at) => (mass > posterior[best] * (1 + 1e-12) ? at : best), 0);
  }

  function learnt(posterior, correct, right, floor) {
    const raw = posterior.map((mass, at) => Math.max(mass * (correct ? right(at) : 1 - right(at)), floor));
    const total = sum(raw);
    return raw.map((mass) => mass / total);
  }

  function weightedUpDown(goal, scale, parameters) {
    const ratio = goal.target / (1 - goal.target);
    let state = { level: scale.bounded(scale.level(goal.start)), trials: 0 };
    return {
      level: () => state.level,
      update(_, correct) {
        const step = state.trials < Math.floor(parameters.approach) ? parameters.long_step : parameters.step;
        state = { level: scale.bounded(state.level + (correct ? -step : step * ratio)), trials: state.trials + 1 };
      },
      state: () => state,
      restore: (stored) => { state = stored; },
    };
  }

  function quest(goal, scale, parameters, next) {
    const { sd, slope, lapse, grain } = parameters;
    const centre = scale.level(goal.start);
    const half = Math.ceil(parameters.range / grain / 2);
    const { at: probability } = weibull(slope, goal.guess, lapse);
    const table = (shift) => range(4 * half + 1, (at) => probability((at - 2 * half) * grain + shift));
    const unshifted = table(0);
    const above = unshifted.findIndex((p) => p > goal.target);
    const share = (goal.target - unshifted[above - 1]) / (unshifted[above] - unshifted[above - 1]);
    const right = table((above - 1 + share - 2 * half) * grain);
    const order = mostInformativeOrder(right[0], right[4 * half]);
    const points = range(2 * half + 1, (at) => (at - half) * grain);
    const prior = points.map((x) => Math.exp(-0.5 * Math.pow(x / sd, 2)));
    const total = sum(prior);
    let posterior = prior.map((mass) => mass / total);

    function quantile() {
      const wanted = order * sum(posterior);
      let below = 0;
      let from = points[0];
      for (let at = 0; at < posterior.length; at++) {
        const reached = below + posterior[at];
        if (reached > below) {
          if (reached >= wanted) {
            const part = at === 0 ? 1 : (wanted - below) / (reached - below);
            return from + part * (points[at] - from);
          }
          below = reached;
          from = points[at];
        }
      }
      return from;
    }

    const rules = {
      quantile,
      mean: () => sum(posterior.map((mass, at) => mass * points[at])),
      mode: () => points[mode(posterior)],
    };
    return {
      level: () => centre + rules[next](),
      update(level, correct) {
        const tested = clamp(Math.floor((level - centre) / grain + 0.5), -half, half);
        posterior = learnt(posterior, correct, (at) => right[tested + 3 * half - at], 1e-300);
      },
      state: () => ({ posterior }),
      restore: (stored) => { posterior = stored.posterior; },
    };
  }

  function mostInformativeOrder(low, high) {
    const entropy = (p) => p * Math.log(p + 1e-14) + (1 - p + 1e-14) * Math.log(1 - p + 1e-14);
    const middle = 1 / (1 + Math.exp((entropy(high) - entropy(low)) / (low - high)));
    return (middle - low) / (high - low);
  }

  function questPlus(goal, scale, parameters) {
    const thresholds = grid(scale.lowest, scale.highest, parameters.levels);
    const numbers = thresholds.map(scale.count).filter((count, at, all) => at === 0 || count !== all[at - 1]);
    const levels = numbers.map(scale.level);
    const cells = [];
    for (const slope of grid(parameters.slope, parameters.slope_to, parameters.slopes)) {
      for (const lapse of grid(parameters.lapse, parameters.lapse_to, parameters.lapses)) {
        const { at, levelOf } = weibull(slope, goal.guess, lapse);
        const shift = levelOf(goal.target);
        for (const threshold of thresholds) cells.push((level) => at(level - threshold + shift));
      }
    }
    const answers = levels.map((level) => {
      const right = cells.map((cell) => cell(level));
      return { right, entropy: right.map(entropyOf) };
    });
    let posterior = cells.map(() => 1 / cells.length);
    return {
      level() {
        let best = { information: -Infinity };
        answers.forEach(({ right, entropy }, at) => {
          const expected = sum(posterior.map((mass, cell) => mass * right[cell]));
          const information = entropyOf(expected) - sum(posterior.map((mass, cell) => mass * entropy[cell]));
          if (information > best.information + 1e-12) best = { information, level: levels[at] };
        });
        return best.level;
      },
      update(level, correct) {
        posterior = learnt(posterior, correct, (at) => cells[at](level), 1e-9);
      },
      state: () => ({ posterior }),
      restore: (stored) => { posterior = stored.posterior; },
    };
  }

  function grid(first, last, number) {
    const length = Math.floor(number + 0.5);
    if (length === 1 || first === last) return [first];
    return range(length, (at) => first + at * ((last - first) / (length - 1)));
  }

  function entropyOf(right) {
    const term = (p) => (p > 0 ? -p * Math.log(p) : 0);
    return term(right) + term(1 - right);
  }

  const procedures = {
    weighted_up_down: weightedUpDown,
    quest: (goal, scale, parameters) => quest(goal, scale, parameters, "quantile"),
    quest_mean: (goal, scale, parameters) => quest(goal, scale, parameters, "mean"),
    quest_mode: (goal, scale, parameters) => quest(goal, scale, parameters, "mode"),
    quest_plus: questPlus,
  };

  function start(name, goal, parameters) {
    if (!Object.hasOwn(procedures, name)) throw new Error(`there is no adaptive procedure called ${name}`);
    const scale = onScale(goal);
    const engine = procedures[name](goal, scale, parameters);
    let level = engine.level();
    return {
      count: () => scale.count(level),
      update(shown, correct) {
        engine.update(scale.level(shown), correct);
        level = engine.level();
      },
      state: () => JSON.stringify(engine.state()),
      restore(state) {
        engine.restore(JSON.parse(state));
        level = engine.level();
      },
    };
  }

  return { start };
})();
