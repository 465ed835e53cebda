"use strict";
/* The experiment: consent, calibration, instructions, practice, blocks with breaks, and the data.
 *
 * What is shown comes from settings.json, participants/<id>.json and pictures/. The address chooses the participant:
 * ?participant=3 (or p003) takes the third table; any other id, also PROLIFIC_PID, workerId or subject, takes one by its hash.
 * ?px_per_degree=40 replaces the calibration where the screen is known.
 */
(async () => {
  const address = new URLSearchParams(location.search);
  /* Asks the server whether a file has changed: files of two exports never mix. */
  const get = async (file) => {
    const answer = await fetch(file, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    return answer;
  };
  const json = async (file) => (await get(file)).json();
  const text = async (file) => (await get(file)).text();
  const settings = await json("settings.json");
  const { cover, classes, count } = settings;
  document.title = settings.title;
  const grey = Math.round(255 * cover.background);
  document.body.style.backgroundColor = `rgb(${grey}, ${grey}, ${grey})`;
  document.body.classList.toggle("dark", grey < 110);

  if (settings.unfinished.length > 0) {
    const fields = settings.unfinished.map((field) => `[export] ${field}`).join(" and ");
    Pages.notice(`Not ready for participants: ${fields} of the experiment file are not filled in.`);
  }
  const UNKEPT = "Your answers cannot be kept on this computer: do not close or reload this page before the end.";
  const takers = settings.post ? [Handover.server(settings.post)] : [];

  if (window.jatos?.onLoad) {
    await Promise.race([new Promise((resume) => window.jatos.onLoad(resume)), new Promise((resume) => setTimeout(resume, 10000))]);
  }
  const parameter = (name) => (address.get(name) ?? window.jatos?.urlQueryParameters?.[name])?.trim();
  const given = ["participant", "PROLIFIC_PID", "workerId", "subject"].map(parameter).find(Boolean);
  if (!given) await rescue(Session.kept(settings.name));
  const typed = given ?? (await askForParticipant());
  const numbered = /^p?0*([1-9]\d{0,8})$/i.exec(typed);
  const number = numbered ? Number(numbered[1]) : 1 + [...typed].reduce((h, c) => (31 * h + c.codePointAt(0)) >>> 0, 7);
  const id = numbered ? `p${String(number).padStart(3, "0")}` : typed;
  const listed = settings.participants[(number - 1) % settings.participants.length];
  const { keys, trials } = await json(listed.file);
  const keyMap = classes.map((name, at) => `${keys[at]}=${name}`).join(" ");
  const legend = classes.map((name, at) => `<kbd>${keys[at]}</kbd>&ensp;${Pages.escaped(name)}`).join("&emsp;");

  const session = await ownSession();
  const adaptive = count.procedure && Adaptive.start(count.procedure, count.goal, count.parameters);
  const learn = (row) => {
    if (adaptive && row.role === "main" && !row.repeats && row.correct !== null) adaptive.update(row.n_bubbles, row.correct);
  };
  const done = session.rows.length;
  const shown = new Map(session.rows.map((row) => [row.trial_id, row.n_bubbles]));
  session.rows.forEach(learn);
  let scale = statedScale() ?? (session.head.pixel_ratio === devicePixelRatio ? session.head.px_per_degree : null);
  let ratio = settings.degrees && scale ? devicePixelRatio : null;
  let size = [cover.shape[1], cover.shape[0]];
  addEventListener("beforeunload", (event) => !session.isKept() && event.preventDefault());
  const pictures = new Pictures(settings.pictures, cover.shape, get);

  const current = { trial: null, centres: null, values: null, channels: 1, seen: {}, interrupted: false };
  window.bubblescope = current;
  const centresOf = (trial) => {
    if (trial.role === "catch") return null;
    const first = trial.repeats && shown.get(trial.repeats);
    const n = first ?? (adaptive ? adaptive.count() : count.start);
    const width = cover.planes.length > 1 ? 3 : 2;
    const flat = trial.centres.slice(0, n * width);
    return Array.from({ length: flat.length / width }, (_, at) =>
      width === 3 ? flat.slice(3 * at, 3 * at + 3) : [0, flat[2 * at], flat[2 * at + 1]],
    );
  };
  const make = async (trial) => {
    const picture = Apertures.prepare(cover, await pictures.unpack(trial.picture), trial.mirrored);
    const centres = centresOf(trial);
    const values = Apertures.show(cover, picture, centres);
    Object.assign(current, { trial, centres, values, channels: picture.channels });
  };
  const place = ([band, row, column]) =>
    cover.planes.length > 1 ? `${band}:${row}:${column}` : `${row}:${column}`;
  const row = (trial, data) => {
    /* jsPsych takes a key in either case, and reports it as it was pressed. */
    const answer = data.response && keys.findIndex((key) => key.toLowerCase() === data.response.toLowerCase());
    const bubbles = current.centres ?? [];
    return {
      participant: id,
      session: session.id,
      trial_id: trial.id,
      block: trial.block,
      trial: trial.number,
      role: trial.role,
      repeats: trial.repeats ?? "",
      picture: trial.picture,
      class: classes[trial.class],
      mirrored: trial.mirrored,
      n_bubbles: bubbles.length,
      level: adaptive ? adaptive.level() : "",
      centres: bubbles.map(place).join(" "),
      key: answer === null ? null : keys[answer],
      response: answer === null ? null : classes[answer],
      correct: answer === null ? null : answer === trial.class,
      rt: data.rt,
      keys: keyMap,
      design: settings.design,
      tool_version: settings.version,
      px_per_degree: scale ?? "",
      picture_width_px: size[0],
      screen: `${screen.width}x${screen.height}@${devicePixelRatio}`,
      frame_ms: frame,
      time: new Date().toISOString(),
      onset_ms: current.seen.onset_ms ?? "",
      shown_ms: current.seen.shown_ms ?? "",
      window: `${innerWidth}x${innerHeight}`,
      fullscreen: Boolean(document.fullscreenElement),
      interrupted: current.interrupted,
    };
  };

  const interrupt = () => (current.interrupted = true);
  ["blur", "focus", "resize"].forEach((event) => addEventListener(event, interrupt));
  document.addEventListener("visibilitychange", interrupt);

  const jsPsych = initJsPsych({ show_progress_bar: true, auto_update_progress_bar: false, message_progress_bar: "" });
  const page = (html, label = "Continue") => ({ type: jsPsychHtmlButtonResponse, stimulus: `<main>${html}</main>`, choices: [label] });
  const filled = (html) => html.replaceAll("{keys}", () => legend).replaceAll("{title}", () => Pages.escaped(settings.title));
  const hidden = { record_data: false, post_trial_gap: 0 };

  const presented = { css_classes: ["presentation"] };

  /* Nothing is shown while the picture could not be seen whole, or before the participant knows that answers are not kept. */
  let isTold = false;
  const ready = async () => {
    if (!session.isKept() && !isTold) await tellUnkept();
    await Viewing.clear(size, ratio, message);
  };
  const presentation = (trial, at) => {
    const parts = [{ ...hidden, type: jsPsychCallFunction, async: true, func: (finish) => ready().then(() => make(trial)).then(finish, fail) }];
    if (settings.fixation > 0) {
      parts.push({
        ...hidden,
        ...presented,
        type: jsPsychHtmlKeyboardResponse,
        stimulus: '<div class="fixation"></div>',
        choices: "NO_KEYS",
        trial_duration: settings.fixation,
      });
    }
    parts.push({
      ...presented,
      type: jsPsychCanvasKeyboardResponse,
      canvas_size: cover.shape,
      stimulus: (canvas) => {
        canvas.style.width = `${size[0]}px`;
        canvas.style.height = `${size[1]}px`;
        Apertures.paint(canvas, cover.shape, current.channels, current.values);
        Object.assign(current, { seen: {}, interrupted: false });
        Viewing.follow(canvas, settings.duration, frame, current.seen);
      },
      choices: keys,
      prompt: `<p class="legend">${legend}</p>`,
      on_load: () => {
        const [canvas, below] = ["canvas", ".legend"].map((name) => document.querySelector(name));
        below.style.top = `${canvas.offsetTop + canvas.offsetHeight + 24}px`;
        if (below.offsetTop + below.offsetHeight > innerHeight) below.remove();
      },
      on_finish: (data) => {
        const made = row(trial, data);
        learn(made);
        shown.set(trial.id, made.n_bubbles);
        if (!session.keep(made)) Pages.notice(UNKEPT);
        Object.assign(data, made);
        jsPsych.progressBar.progress = (at + 1) / trials.length;
      },
    });
    if (trial.role === "practice") {
      parts.push({
        ...hidden,
        ...presented,
        type: jsPsychHtmlKeyboardResponse,
        stimulus: () => `<p class="feedback">${session.rows.at(-1).correct ? "Right" : "Wrong"}</p>`,
        choices: "NO_KEYS",
        trial_duration: 700,
      });
    }
    return { timeline: parts };
  };
  const pause = (before, after) =>
    before.role === "practice"
      ? page(`<h1>The practice is over</h1><p>From now on you will not be told whether you are right.</p><p>${legend}</p>`)
      : page(`<h1>A break</h1><p>Block ${before.block} of ${trials.at(-1).block} is done. Go on when you are ready.</p><p>${legend}</p>`);

  const frame = await Viewing.frameDuration();
  if (!Session.hasRoom(expectedCharacters())) await tellUnkept();

  const timeline = [];
  if (done === 0) timeline.push(page(filled(await text("consent.html")), "I agree"));
  timeline.push({ type: jsPsychFullscreen, fullscreen_mode: true });
  if (settings.degrees && !scale) {
    const measure = {
      type: jsPsychVirtualChinrest,
      blindspot_reps: 3,
      resize_units: "none",
      on_finish: (data) => {
        scale = Viewing.isPlausible(data.px2deg) ? data.px2deg : null;
        if (scale) session.measured({ px_per_degree: scale, pixel_ratio: (ratio = devicePixelRatio) });
      },
    };
    const failed = page("<h1>Once more</h1><p>This measurement cannot be right. Please measure again.</p>");
    timeline.push({
      timeline: [measure, { timeline: [failed], conditional_function: () => !scale }],
      loop_function: () => !scale,
    });
  }
  timeline.push({
    ...hidden,
    type: jsPsychCallFunction,
    async: true,
    func: (finish) => {
      if (settings.degrees) {
        const width = Math.round(settings.degrees * scale);
        size = [width, (width * cover.shape[0]) / cover.shape[1]];
      }
      const names = [...new Set(trials.slice(done).map((trial) => trial.picture))];
      pictures.load(names, message).then(ready).then(finish, fail);
    },
  });
  if (done === 0) timeline.push(page(filled(await text("instructions.html")), "Start"));
  trials.forEach((trial, at) => {
    if (at < done) return;
    const before = trials[at - 1];
    if (at > done && before && before.block !== trial.block) timeline.push(pause(before, trial));
    timeline.push(presentation(trial, at));
  });
  timeline.push({ type: jsPsychFullscreen, fullscreen_mode: false });
  jsPsych.run(timeline).then(() => handOver(session, true)).catch(fail);

  function handOver(finished, isFirst) {
    return Handover.end(finished, window.jatos ? [...takers, Handover.host] : takers, isFirst);
  }
  function message(text) {
    (document.querySelector("#jspsych-content") ?? document.body).replaceChildren(Pages.element("p", text));
  }
  function fail(error) {
    const kept = session.isKept() ? "Please reload the page; nothing is lost." : UNKEPT;
    message(`The experiment cannot go on: ${error.message}. ${kept}`);
  }
  /* Width of a degree that the address states, CSS pixels. */
  function statedScale() {
    const stated = address.get("px_per_degree");
    if (stated === null) return null;
    if (!Viewing.isPlausible(Number(stated))) throw new Error(`px_per_degree=${stated} is not a number of pixels between 5 and 1000`);
    return Number(stated);
  }
  /* Room that the trials to come will take in the browser's storage, about. */
  function expectedCharacters() {
    const numbers = count.start * (cover.planes.length > 1 ? 3 : 2);
    return trials.slice(done).reduce((sum, trial) => sum + 800 + 4 * Math.min(trial.centres.length, numbers), 0);
  }
  async function tellUnkept() {
    Pages.notice(UNKEPT);
    isTold = session.rows.length > 0;
    const text = "This browser does not keep your answers, as in a private window or with a full disk: if this page is closed or reloaded before the end, they are lost.";
    const save = Pages.button("Save what there is", () => new Handover(session, [], "Your answers").save());
    await Pages.ask(["Answers are not kept", text, ...(isTold ? [save] : [])], ["Go on all the same"]);
  }
  /* Offers what earlier sessions left behind, other than those that another tab has. */
  async function rescue(sessions) {
    const free = [];
    for (const one of sessions) {
      if (!(await one.resume())) continue;
      if (one.rows.length > 0) free.push(one);
      else one.remove();
    }
    if (free.length > 0) await Handover.earlier(free, takers);
    free.forEach((one) => one.release());
  }
  /* The session of this participant that is to be gone on with, or a new one. */
  async function ownSession() {
    const head = { experiment: settings.name, design: settings.design, participant: id, trials: trials.length };
    const isOwn = (one) => one.head.participant === id && one.head.design === settings.design;
    const find = () => Session.kept(settings.name).findLast(isOwn);
    let mine = find();
    for (; mine && !(await mine.resume()); mine = find()) {
      if (!mine.isThere()) continue;
      await Pages.ask(["Open elsewhere", "This experiment is open for this participant in another tab or window. Go on there, or close it and try again."], ["Try again"]);
    }
    if (mine?.isComplete()) await handOver(mine, false);
    if (given) await rescue(Session.kept(settings.name).filter((one) => one.id !== mine?.id));
    if (mine && !mine.isComplete()) {
      const text = `${mine.rows.length} of ${trials.length} trials are done.`;
      const keysOf = Pages.element("p", "", { innerHTML: legend });
      const isSame = mine.rows.length === 0 || (await Pages.ask(["Welcome back", text, keysOf], ["Continue", "Begin a new session"])) === 0;
      if (isSame) return mine;
    } else if (!mine && Session.isOver(head)) {
      await Pages.ask(["Thank you", Session.isOver(head)], ["Begin a new session"]);
    }
    return Session.begin(head);
  }
  async function askForParticipant() {
    document.body.insertAdjacentHTML(
      "afterbegin",
      '<form class="who"><label>Participant number <input name="id" required pattern=".*\\S.*" autofocus></label> <button>Go on</button></form>',
    );
    const form = document.querySelector("form.who");
    return new Promise((resume) => {
      form.onsubmit = (event) => {
        event.preventDefault();
        const id = form.elements.id.value.trim();
        form.remove();
        resume(id);
      };
    });
  }
})().catch((error) => {
  const main = Pages.element("main", "", { className: "end" });
  const texts = ["The experiment cannot start", error.message, "It must be opened through a web server."];
  main.append(...texts.map((text, at) => Pages.element(at === 0 ? "h1" : "p", text)));
  document.body.replaceChildren(main);
});
