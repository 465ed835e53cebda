"use strict";
/* The experiment: consent, calibration, instructions, practice, blocks with breaks, and the data.
 *
 * What is shown comes from settings.json, participants/<id>.json and pictures/. The address chooses the participant:
 * ?participant=3 (or p003) takes the third table; any other id, also PROLIFIC_PID, workerId or subject, takes one by its hash.
 * ?px_per_degree=40 replaces the calibration where the screen is known.
 */
(async () => {
  const address = new URLSearchParams(location.search);
  const json = async (file) => {
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
    return answer.json();
  };
  const settings = await json("settings.json");
  const { cover, classes, count } = settings;
  document.title = settings.title;
  const grey = Math.round(255 * cover.background);
  document.body.style.backgroundColor = `rgb(${grey}, ${grey}, ${grey})`;
  document.body.classList.toggle("dark", grey < 110);

  /* ---- who ---- */
  const typed =
    ["participant", "PROLIFIC_PID", "workerId", "subject"].map((name) => address.get(name)).find(Boolean) ??
    (await askForParticipant());
  const numbered = /^p?0*([1-9]\d*)$/i.exec(typed);
  const number = numbered ? Number(numbered[1]) : 1 + [...typed].reduce((h, c) => (31 * h + c.codePointAt(0)) >>> 0, 7);
  const id = numbered ? `p${String(number).padStart(3, "0")}` : typed;
  const listed = settings.participants[(number - 1) % settings.participants.length];
  const { keys, trials } = await json(listed.file);
  const keyMap = classes.map((name, at) => `${keys[at]}=${name}`).join(" ");
  const legend = classes.map((name, at) => `<kbd>${keys[at]}</kbd>&ensp;${escaped(name)}`).join("&emsp;");

  /* ---- where it was left ---- */
  const session = new Session(`${settings.name}:${settings.design}`, id);
  const adaptive = count.procedure && Adaptive.start(count.procedure, count.goal, count.parameters);
  const kept = session.resume();
  if (kept && adaptive) adaptive.restore(kept);
  const done = session.rows.length;
  const shown = new Map(session.rows.map((row) => [row.trial_id, row.n_bubbles]));
  let scale = Number(address.get("px_per_degree")) || session.read("head")?.px_per_degree || null;

  /* ---- pictures ---- */
  const files = new Map();
  const fetched = async () => {
    const wanted = [...new Set(trials.slice(done).map((trial) => trial.picture))];
    for (const name of wanted) {
      const { file, planes } = settings.pictures[name];
      const get = async (path) => {
        const answer = await fetch(path);
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        return answer.blob();
      };
      files.set(name, { whole: await get(file), planes: planes && (await get(planes)) });
      message(`Loading pictures: ${files.size} of ${wanted.length}`);
    }
  };
  const unpack = async (name) => {
    const [rows, columns] = cover.shape;
    const { channels, scale: unit } = settings.pictures[name];
    const { whole, planes } = files.get(name);
    const bitmap = await createImageBitmap(whole, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const bytes = context.getImageData(0, 0, columns, rows).data;
    const values = new Float32Array(rows * columns * channels);
    for (let at = 0; at < values.length; at++) {
      values[at] = bytes[4 * Math.floor(at / channels) + (at % channels)] / 255;
    }
    if (!planes) return { channels, whole: values };
    const view = new DataView(await planes.arrayBuffer());
    const all = Float32Array.from({ length: view.byteLength / 2 }, (_, at) => view.getInt16(2 * at, true) * unit);
    const plane = (at) => all.subarray(at * values.length, (at + 1) * values.length);
    return { channels, whole: values, planes: Array.from({ length: all.length / values.length }, (_, at) => plane(at)) };
  };

  /* ---- one trial ---- */
  const current = { trial: null, centres: null, values: null, channels: 1 };
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
    const picture = Apertures.prepare(cover, await unpack(trial.picture), trial.mirrored);
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
      picture_width_px: width,
      screen: `${screen.width}x${screen.height}@${devicePixelRatio}`,
      frame_ms: frame,
      time: new Date().toISOString(),
    };
  };

  /* ---- the timeline ---- */
  let width = cover.shape[1];
  const jsPsych = initJsPsych({ show_progress_bar: true, auto_update_progress_bar: false, message_progress_bar: "" });
  const page = (html, label = "Continue") => ({ type: jsPsychHtmlButtonResponse, stimulus: `<main>${html}</main>`, choices: [label] });
  const filled = (html) => html.replaceAll("{keys}", legend).replaceAll("{title}", escaped(settings.title));
  const hidden = { record_data: false, post_trial_gap: 0 };

  const presentation = (trial, at) => {
    const parts = [{ ...hidden, type: jsPsychCallFunction, async: true, func: (finish) => make(trial).then(finish, fail) }];
    if (settings.fixation > 0) {
      parts.push({
        ...hidden,
        type: jsPsychHtmlKeyboardResponse,
        stimulus: '<div class="fixation">+</div>',
        choices: "NO_KEYS",
        trial_duration: settings.fixation,
      });
    }
    parts.push({
      type: jsPsychCanvasKeyboardResponse,
      canvas_size: cover.shape,
      stimulus: (canvas) => {
        canvas.style.width = `${width}px`;
        Apertures.paint(canvas, cover.shape, current.channels, current.values);
      },
      choices: keys,
      prompt: `<p class="legend">${legend}</p>`,
      stimulus_duration: settings.duration,
      css_classes: ["stimulus"],
      on_finish: (data) => {
        const made = row(trial, data);
        if (adaptive && trial.role === "main" && !trial.repeats && made.correct !== null) {
          adaptive.update(made.n_bubbles, made.correct);
        }
        shown.set(trial.id, made.n_bubbles);
        session.keep(made, adaptive && adaptive.state());
        Object.assign(data, made);
        jsPsych.progressBar.progress = (at + 1) / trials.length;
      },
    });
    if (trial.role === "practice") {
      parts.push({
        ...hidden,
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

  const timeline = [];
  if (done === 0) {
    const hasPage = (name) => fetch(name).then((answer) => answer.text());
    timeline.push(page(filled(await hasPage("consent.html")), "I agree"));
    timeline.push({ type: jsPsychBrowserCheck, minimum_width: cover.shape[1], minimum_height: cover.shape[0] });
  } else {
    timeline.push(page(`<h1>Welcome back</h1><p>${done} of ${trials.length} trials are done.</p><p>${legend}</p>`));
  }
  timeline.push({ type: jsPsychFullscreen, fullscreen_mode: true });
  if (settings.degrees && !scale) {
    timeline.push({
      type: jsPsychVirtualChinrest,
      blindspot_reps: 3,
      resize_units: "none",
      on_finish: (data) => {
        scale = data.px2deg;
        session.write("head", { session: session.id, px_per_degree: scale });
      },
    });
  }
  timeline.push({
    ...hidden,
    type: jsPsychCallFunction,
    async: true,
    func: (finish) => {
      if (settings.degrees && scale) width = Math.round(settings.degrees * scale);
      fetched().then(finish, fail);
    },
  });
  if (done === 0) {
    const instructions = await fetch("instructions.html").then((answer) => answer.text());
    timeline.push(page(filled(instructions), "Start"));
  }
  trials.forEach((trial, at) => {
    if (at < done) return;
    const before = trials[at - 1];
    if (at > done && before && before.block !== trial.block) timeline.push(pause(before, trial));
    timeline.push(presentation(trial, at));
  });
  timeline.push({ type: jsPsychFullscreen, fullscreen_mode: false });

  const frame = await frameDuration();
  if (done === trials.length) return finish();
  jsPsych.run(timeline).then(finish);

  /* ---- the end ---- */
  async function finish() {
    const csv = session.csv();
    const name = `${settings.name}_${id}_${session.id}.csv`;
    const posted = settings.post ? await post(settings.post, name, csv) : false;
    const link = `<a id="download" download="${escaped(name)}" href="${URL.createObjectURL(new Blob([csv], { type: "text/csv" }))}">Save the data</a>`;
    const state = posted
      ? "Your answers were sent."
      : `${settings.post ? "Your answers could not be sent. Please save them" : "Your answers are in a file of your downloads; if not, save them"}: ${link}`;
    document.body.innerHTML = `<main class="end"><h1>Thank you</h1><p>${state}</p></main>`;
    if (!posted) document.getElementById("download").click();
    session.end();
    if (window.jatos) window.jatos.endStudy(csv);
  }
  async function post(url, filename, filedata) {
    for (const wait of [0, 1000, 4000]) {
      await new Promise((resume) => setTimeout(resume, wait));
      const body = JSON.stringify({ filename, filedata });
      const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
      if (answer?.ok) return true;
    }
    return false;
  }
  function message(text) {
    (document.querySelector("#jspsych-content") ?? document.body).innerHTML = `<p>${escaped(text)}</p>`;
  }
  function fail(error) {
    message(`The experiment cannot go on: ${error.message}. Please reload the page; nothing is lost.`);
  }
  function escaped(text) {
    return String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  }
  function askForParticipant() {
    document.body.insertAdjacentHTML(
      "afterbegin",
      '<form class="who"><label>Participant number <input name="id" required autofocus></label> <button>Go on</button></form>',
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
  /* Median time between frames, ms: the grain of every duration. */
  async function frameDuration() {
    const times = [];
    for (let at = 0; at < 31; at++) times.push(await new Promise(requestAnimationFrame));
    const steps = times.slice(1).map((time, at) => time - times[at]);
    return Number(steps.sort((a, b) => a - b)[15].toFixed(2));
  }
})().catch((error) => {
  document.body.innerHTML = `<main class="end"><h1>The experiment cannot start</h1><p>${error.message}</p><p>It must be opened through a web server.</p></main>`;
});
