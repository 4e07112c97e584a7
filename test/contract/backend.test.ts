import { describe } from 'vitest';
import { describeWith, requirements } from '../support/requirements.ts';
import { backendContract } from './backend.ts';

const name = 'MEGALLM_API_KEY';

describe('dotenv', () => {
  backendContract({
    id: 'dotenv',
    setByHand: (value, home) => home.write('.env', `A=1\n${name}=${value}\n`),
  });
});

describeWith(requirements.bash, 'bash', () => {
  backendContract({
    id: 'bash',
    setByHand: (value, home) => home.write('.bashrc', `A=1\nexport ${name}=${value}\n`),
  });
});

describeWith(requirements.zsh, 'zsh', () => {
  backendContract({
    id: 'zsh',
    setByHand: (value, home) => home.write('.zshrc', `A=1\nexport ${name}=${value}\n`),
  });
});

describeWith(requirements.fish, 'fish', () => {
  backendContract({
    id: 'fish',
    setByHand: (value, home) => home.write('.config/fish/config.fish', `set A 1\nset -gx ${name} ${value}\n`),
  });
});

describe('powershell', () => {
  const missing = requirements.powershell.missing();
  backendContract({
    id: 'powershell',
    setByHand: (value, home) =>
      home.write(
        '.config/powershell/Microsoft.PowerShell_profile.ps1',
        `$A = 1\n$env:${name} = '${value}'\n`,
      ),
    ...(missing && { unproven: 'pwsh could not be started' }),
  });
});

describe('windows', () => {
  backendContract({
    id: 'windows',
    setByHand: (value, _home, userVariables) => userVariables.write(name, value),
  });
});
