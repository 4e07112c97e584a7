import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { resolveTarget } from '../../system/files.ts';
import { gitStatus, workingTreeOf } from '../../system/git.ts';
import type { Variables } from '../../system/machine.ts';
import type { Obstacle } from './backend.ts';

/** Why a key may not be written to the file: Git would take it along. `otherwise`: what to do instead. */
export async function gitExposure(
  path: string,
  env: Variables,
  otherwise: string,
): Promise<Obstacle | undefined> {
  const target = resolveTarget(path);
  const around = workingTreeOf(dirname(path));
  if (around !== undefined && !isInside(target, resolveTarget(around))) return leadsOutside(path, target);
  const workingTree = workingTreeOf(dirname(target));
  if (workingTree === undefined) return undefined;
  const status = await gitStatus(target, workingTree, env);
  if (status === 'tracked') return isTracked(path, otherwise);
  if (status === 'unknown') return cannotTell(path);
  return undefined;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

function isTracked(path: string, otherwise: string): Obstacle {
  const name = basename(path);
  return {
    message: `${path} is tracked by Git: the key would be committed with your next commit.`,
    hints: [`git rm --cached ${name} && echo ${name} >> .gitignore`, otherwise],
  };
}

function leadsOutside(path: string, target: string): Obstacle {
  return {
    message: `${path} is a symbolic link that leads out of this Git working tree, to ${target}.`,
    hints: ['If that is what you want, add --force.'],
  };
}

function cannotTell(path: string): Obstacle {
  return {
    message: `Git would not tell whether it tracks ${path}.`,
    hints: [`git status ${path}`, 'If it is not tracked, add --force.'],
  };
}
