"""Runs one participant: fixation, stimulus, key; practice with feedback, breaks between blocks, data as wide CSV."""

import json
import math
from pathlib import Path

from psychopy import core, data, event, gui, visual

HERE = Path(__file__).parent
SETTINGS = json.loads((HERE / "settings.json").read_text(encoding="utf-8"))

info = {"participant": sorted(SETTINGS["keys"]), "session": "1"}
if not gui.DlgFromDict(info, title=SETTINGS["title"]).OK:
    core.quit()
participant = info["participant"]
keys = SETTINGS["keys"][participant]
legend = "     ".join(f"{key} = {name}" for key, name in zip(keys, SETTINGS["classes"]))

rows, columns = SETTINGS["shape"]
grey = 2 * SETTINGS["background"] - 1
window = visual.Window(fullscr=True, units="pix", color=[grey] * 3, colorSpace="rgb")
ink = -1 if grey > -0.2 else 1
picture = visual.ImageStim(window, size=(columns, rows), units="pix", interpolate=False)
text = visual.TextStim(window, color=[ink] * 3, height=28, wrapWidth=900)
fixation = visual.TextStim(window, text="+", color=[ink] * 3, height=40)

output = HERE / "data" / f"{participant}_{info['session']}_{data.getDateStr()}"
output.parent.mkdir(exist_ok=True)
experiment = data.ExperimentHandler(
    name=SETTINGS["name"], extraInfo=info, dataFileName=str(output), saveWideText=True, savePickle=False
)

levels = SETTINGS["levels"]
quest = None
if len(levels) > 1 and SETTINGS["target"] is not None:
    quest = data.QuestHandler(
        startVal=math.log10(SETTINGS["start"]),
        startValSd=0.5,
        pThreshold=SETTINGS["target"],
        gamma=1 / len(SETTINGS["classes"]),
        beta=1.0,
        delta=0.02,
        grain=0.01,
        nTrials=10**6,
        minVal=math.log10(levels[0]),
        maxVal=math.log10(levels[-1]),
    )
shown = {}


def page(message):
    text.text = f"{message}\n\n{legend}\n\nPress the space bar."
    text.draw()
    window.flip()
    if "escape" in event.waitKeys(keyList=["space", "escape"]):
        stop()


def stop():
    experiment.saveAsWideText(str(output) + ".csv")
    experiment.abort()
    window.close()
    core.quit()


def choose(trial, intensity):
    """The file to show: of several levels, the one nearest to what QUEST asks for; a repeat shows its first again."""
    if len(levels) == 1 or trial["role"] == "catch":
        return trial["image"], levels[0]
    level = shown.get(trial["repeat_of"])
    if level is None:
        level = min(levels, key=lambda one: abs(math.log10(one) - intensity))
    shown[trial["trial_id"]] = level
    return trial[f"image_n{level:03d}"], level


def run(trials):
    for trial in trials:
        counts = quest is not None and trial["role"] == "main" and trial["repeat_of"] == "new"
        # A trial that does not count leaves the procedure where it is.
        intensity = quest.next() if counts else quest.mean() if quest else math.log10(SETTINGS["start"])
        file, level = choose(trial, intensity)
        picture.image = str(HERE / file)
        fixation.draw()
        window.flip()
        core.wait(SETTINGS["fixation"])
        event.clearEvents()
        picture.draw()
        window.flip()
        clock = core.Clock()
        pressed = None
        if SETTINGS["duration"] is not None:
            pressed = event.waitKeys(SETTINGS["duration"], keyList=[*keys, "escape"], timeStamped=clock)
            window.flip()
        if pressed is None:
            pressed = event.waitKeys(keyList=[*keys, "escape"], timeStamped=clock)
        key, time = pressed[0]
        if key == "escape":
            stop()
        right = int(key == trial["corrAns"])
        if counts:
            quest.addResponse(right, intensity=math.log10(level))
        trials.addData("image_shown", file)
        trials.addData("key_resp.keys", key)
        trials.addData("key_resp.corr", right)
        trials.addData("key_resp.rt", time)
        experiment.nextEntry()
        if trial["role"] == "practice":
            text.text = "Right" if right else "Wrong"
            text.draw()
            window.flip()
            core.wait(0.7)


number = lambda path: int(path.stem.rsplit("_b", 1)[1])
blocks = sorted((HERE / "conditions").glob(f"{participant}_b*.csv"), key=number)
page("Which of these do you see?")
for at, path in enumerate(blocks):
    if at > 0:
        page("The practice is over." if number(blocks[at - 1]) == 0 else "A break. Go on when you are ready.")
    trials = data.TrialHandler(
        trialList=data.importConditions(str(path)), nReps=1, method="sequential", name="trials"
    )
    experiment.addLoop(trials)
    run(trials)
text.text = "Thank you"
text.draw()
window.flip()
core.wait(2)
stop()
