"""Prints the scores of the generator's scorer in a few lines, without kinds that have no alarm."""
import json
import sys

for kind, score in json.load(sys.stdin).items():
    pods = {k: v for k, v in score.items() if k.startswith(("pod", "delay")) and v}
    if pods:
        kinds = {k: v for k, v in score["fpr_by_kind"].items() if v}
        print(f"{kind}: FPR {score['fpr']} over {score['enterprise_months']} months, {pods}")
        print(f"    FPR by kind {kinds}")
