"""How a training run stops and goes on; shared by all recipes."""

import torch


def resume(out, device, net, slow, optimiser, weights=None):
    """Takes up the checkpoint in `out`; where there is none, the followed weights of the file `weights`, if given. Returns the steps done."""
    checkpoint = out / "checkpoint.pt"
    if not checkpoint.exists():
        for each in (net, slow) if weights else ():
            each.load_state_dict(torch.load(weights, map_location=device)["slow"])
        return 0
    state = torch.load(checkpoint, map_location=device)
    net.load_state_dict(state["net"])
    slow.load_state_dict(state["slow"])
    optimiser.load_state_dict(state["optimiser"])
    print(f"resumed at step {state['step']}", flush=True)
    return state["step"]


def keep(out, net, slow, optimiser, step, **more):
    """Writes the checkpoint as a whole: an interrupted run leaves the old one or the new one."""
    state = {"net": net.state_dict(), "slow": slow.state_dict(), "optimiser": optimiser.state_dict(), "step": step, **more}
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").rename(out / "checkpoint.pt")


@torch.no_grad()
def follow(slow, net, step, most):
    """Moves the exponential mean of the weights, which is what is exported: steadier than the last step's. `step` counts from 0."""
    share = min(most, (step + 1) / (step + 10))
    for mean, value in zip(slow.state_dict().values(), net.state_dict().values()):
        mean.copy_(mean * share + value * (1 - share) if mean.dtype.is_floating_point else value)
