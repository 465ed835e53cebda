"""A Bubbles experiment in PsychoPy: python run.py p001

Reads conditions/<participant>_b<block>.csv, shows stimuli, and writes data/<participant>_<date>.csv, a wide table with every
column of the conditions, which bubblescope reads back. With several levels of bubbles, QUEST chooses the level of each trial.
"""
import glob
import math
import re
import sys

from psychopy import core, data, event, gui, visual

NAME = "{name}"
LEVELS = {levels}
TARGET = {target}
GUESS = {guess}
FIXATION = {fixation}
BACKGROUND = {background}
SIZE = {size}

participant = sys.argv[1] if len(sys.argv) > 1 else ""
if not participant:
    dialog = gui.Dlg(title=NAME)
    dialog.addField("Participant", "p001")
    participant = dialog.show()[0]

files = sorted(
    glob.glob(f"conditions/{participant}_b*.csv"),
    key=lambda file: int(re.search(r"_b(\d+)\.csv$", file).group(1)),
)
if not files:
    sys.exit(f"there are no conditions for {participant}; participants are those of the folder conditions")

date = data.getDateStr()
experiment = data.ExperimentHandler(
    name=NAME,
    extraInfo={"participant": participant, "session": date},
    dataFileName=f"data/{participant}_{date}",
    savePickle=False,
    saveWideText=True,
)
quest = None
if len(LEVELS) > 1:
    quest = data.QuestHandler(
        math.log10(LEVELS[0]), 0.5, pThreshold=TARGET, beta=3.5, delta=0.01, gamma=GUESS, nTrials=1000000,
        minVal=math.log10(min(LEVELS)), maxVal=math.log10(max(LEVELS)),
    )

window = visual.Window(fullscr=True, units="pix", color=[BACKGROUND] * 3, colorSpace="rgb")
cross = visual.TextStim(window, "+", height=32)
picture = visual.ImageStim(window, size=SIZE, interpolate=False)
text = visual.TextStim(window, "", height=24, wrapWidth=800)
clock = core.Clock()
shown = {}


def wait(words):
    text.text = words
    text.draw()
    window.flip()
    if "escape" in event.waitKeys(keyList=["space", "escape"]):
        finish()


def finish():
    experiment.saveAsWideText(f"data/{participant}_{date}.csv")
    window.close()
    core.quit()


for number, file in enumerate(files):
    trials = data.TrialHandler(data.importConditions(file), nReps=1, method="sequential", name="trials")
    experiment.addLoop(trials)
    keys = trials.trialList[0]["key_map"]
    wait(f"{keys.replace('=', ': ')}\n\n{number + 1} of {len(files)}. Press space.")
    for trial in trials:
        adapts = trial["role"] == "main" and trial["repeats"] == "new"
        level = LEVELS[0]
        if quest and trial["role"] != "catch":
            wanted = quest.quantile() if adapts else shown.get(trial["repeats"], math.log10(level))
            level = min(LEVELS, key=lambda one: abs(math.log10(one) - wanted))
        image = trial[f"image_n{level:03d}"]
        shown[trial["trial_id"]] = math.log10(level)
        if FIXATION > 0:
            cross.draw()
            window.flip()
            core.wait(FIXATION)
        picture.image = image
        picture.draw()
        event.clearEvents()
        window.callOnFlip(clock.reset)
        window.flip()
        answers = [pair.split("=")[0] for pair in keys.split(" ")]
        key, seconds = event.waitKeys(keyList=answers + ["escape"], timeStamped=clock)[0]
        if key == "escape":
            finish()
        correct = int(key == trial["corrAns"])
        if quest and adapts:
            quest.addResponse(correct, intensity=math.log10(level))
        trials.addData("image_shown", image)
        trials.addData("key_resp.keys", key)
        trials.addData("key_resp.corr", correct)
        trials.addData("key_resp.rt", seconds)
        experiment.nextEntry()
        if trial["role"] == "practice":
            text.text = "right" if correct else "wrong"
            text.draw()
            window.flip()
            core.wait(0.7)
wait("Thank you. Press space.")
finish()
