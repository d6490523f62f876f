/** What kind of working environment a path belongs to: notebooks, experiment trackers and what they keep. */

/** Folders and files that experiment trackers, caches of models and notebooks make, anywhere in a path; or a notebook itself. */
const EXPERIMENT =
  /(?:^|\/)(?:mlruns|mlartifacts|wandb|lightning_logs|ray_results|\.aim|\.neptune|\.ipynb_checkpoints|huggingface\/(?:hub|datasets)|(?:models|datasets)--[^/]+\/(?:blobs|snapshots))\/|(?:^|\/)(?:mlflow\.db|events\.out\.tfevents\.[^/]*|[^/]*\.wandb|[^/]*\.ipynb)$/;

/**
 * `experiment` for notebooks and their checkpoints, runs of MLflow, Weights & Biases, Lightning, Ray, Aim, Neptune and TensorBoard, and caches of
 * Hugging Face; undefined for everything else. Paths have `/`.
 */
export function environmentOf(path: string): 'experiment' | undefined {
  return EXPERIMENT.test(path) ? 'experiment' : undefined;
}
