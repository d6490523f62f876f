/** What kind of working environment a path belongs to: notebooks, experiment trackers and what they keep. */

/** Folders that experiment trackers and notebooks make, anywhere in a path; or a notebook itself. */
const EXPERIMENT = /(?:^|\/)(?:mlruns|wandb|\.ipynb_checkpoints)\/|\.ipynb$/;

/** `experiment` for notebooks, their checkpoints, `mlruns/` and `wandb/`; undefined for everything else. Paths have `/`. */
export function environmentOf(path: string): 'experiment' | undefined {
  return EXPERIMENT.test(path) ? 'experiment' : undefined;
}
