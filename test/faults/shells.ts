import { requirements } from '../support/requirements.ts';
import type { Fault, Healthy } from './fault.ts';

const strange = `sk-mega-${'9'.repeat(64)}`;
const { bash, zsh, fish } = requirements;

const written = async ({ run }: Healthy, shell: string) => run(['env', 'write', '--to', shell]);

/** Puts lines behind what megallm wrote. */
const append = ({ home }: Healthy, file: string, lines: string) =>
  home.write(file, `${home.read(file)}${lines}`);

export const shellFaults: readonly Fault[] = [
  {
    name: 'a wrong key further down in .bashrc',
    fixes: true,
    check: 'location:bash:~/.bashrc',
    status: 'fail',
    says: 'holds another key: sk-mega-9999…9999',
    next: 'megallm env write --to bash',
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', `export MEGALLM_API_KEY=${strange}\n`);
    },
  },
  {
    name: 'a wrong key that eval sets, which only a shell can tell',
    check: 'location:bash:~/.bashrc',
    status: 'fail',
    says: /^a new \w+ bash gets another MEGALLM_API_KEY: sk-mega-9999…9999$/,
    next: /^megallm env write --to bash/,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', `eval "export MEGALLM_API_KEY=${strange}"\n`);
    },
  },
  {
    name: 'a wrong key in a .zshrc that megallm never wrote to',
    check: 'new-shells',
    status: 'fail',
    says: 'a new login zsh gets another MEGALLM_API_KEY: sk-mega-9999…9999',
    next: 'megallm env write --to zsh --yes',
    needs: [zsh],
    async seed({ home, run }) {
      home.write('.zshrc', `export MEGALLM_API_KEY=${strange}\n`);
      return { mend: () => run(['env', 'write', '--to', 'zsh', '--yes']) };
    },
  },
  {
    name: 'a .bashrc that exits',
    check: 'startup-files',
    status: 'fail',
    says: 'ends every new bash (exit code 3)',
    next: /^Take what ends the shell out of .*\/\.bashrc:4; to stop reading the file, use return$/,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', 'exit 3\n');
    },
  },
  {
    name: 'a .zshrc that exits',
    check: 'startup-files',
    status: 'fail',
    says: 'ends every new zsh (exit code 3)',
    next: /\/\.zshrc:4;/,
    needs: [zsh],
    async seed(healthy) {
      await written(healthy, 'zsh');
      append(healthy, '.zshrc', 'exit 3\n');
    },
  },
  {
    name: 'a .bashrc with a syntax error',
    check: 'startup-files',
    status: 'fail',
    says: 'bash meets a syntax error in .bashrc',
    next: /^Mend line 4 of .*\/\.bashrc, and look again: bash -n /,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', 'if then\n');
    },
  },
  {
    name: 'a config.fish with a syntax error',
    check: 'startup-files',
    status: 'fail',
    says: 'fish meets a syntax error in config.fish',
    next: /^Mend line 1 of .*config\.fish/,
    needs: [fish],
    async seed(healthy) {
      await written(healthy, 'fish');
      healthy.home.write('.config/fish/config.fish', 'if true\n');
    },
  },
  {
    name: 'a .bashrc that never comes to its end',
    check: 'startup-files',
    status: 'fail',
    says: 'keeps a new bash waiting: it was not ready within 10 s',
    next: /^Make .*\/\.bashrc:4 quick/,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', 'sleep 100\n');
    },
  },
  {
    name: 'a .zshrc that starts another program in the place of the shell',
    check: 'startup-files',
    status: 'warn',
    says: 'starts another program in place of the shell',
    next: /\/\.zshrc:4: \[ -t 0 \] && exec/,
    needs: [zsh],
    async seed(healthy) {
      await written(healthy, 'zsh');
      append(healthy, '.zshrc', '[ -z "$TMUX" ] && exec false\n');
    },
  },
  {
    name: 'a .bashrc that asks for input',
    check: 'startup-files',
    status: 'warn',
    says: 'asks for input',
    next: /\/\.bashrc:4: \[ -t 0 \] && read/,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', 'read -r answer\n');
    },
  },
  {
    name: 'two blocks of ours in .bashrc',
    check: 'own-lines',
    status: 'warn',
    says: 'a second block of ours',
    next: 'Delete the block that begins at ~/.bashrc:5',
    fixes: true,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', `alias ll=ls\n${healthy.home.read('.bashrc')}`);
    },
  },
  {
    name: 'a block of ours whose end is missing',
    check: 'own-lines',
    status: 'warn',
    says: 'our block has no end',
    next: 'Delete what is left of the block in ~/.zshrc, then: megallm env write --to zsh',
    fixes: true,
    needs: [zsh],
    async seed(healthy) {
      await written(healthy, 'zsh');
      const [opening, reading] = healthy.home.read('.zshrc').toString().split('\n');
      healthy.home.write('.zshrc', `${opening}\n${reading}\nalias ll=ls\n`);
    },
  },
  {
    name: 'a block of ours that somebody has edited',
    check: 'own-lines',
    status: 'warn',
    says: 'our block was edited by hand',
    next: 'Move lines of yours out of the block in ~/.bashrc, then: megallm env write --to bash',
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      const text = healthy.home.read('.bashrc').toString();
      healthy.home.write('.bashrc', text.replace('# <<<', 'alias ll=ls\n# <<<'));
      return { mend: () => written(healthy, 'bash') };
    },
  },
  {
    name: 'the key by hand beside our block',
    check: 'own-lines',
    status: 'warn',
    says: 'sets MEGALLM_API_KEY again, beside our block',
    next: 'Take out ~/.bashrc:4',
    fixes: true,
    needs: [bash],
    async seed(healthy) {
      await written(healthy, 'bash');
      append(healthy, '.bashrc', `export MEGALLM_API_KEY=${healthy.key}\n`);
    },
  },
];
