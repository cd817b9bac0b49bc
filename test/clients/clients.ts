// How each client is started without a terminal, against a gateway, in a home of its own.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Call, picture, type Situation, toolOutput } from './situations.ts';

export interface Start {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Client {
  readonly name: string;
  readonly command: string;
  /** The call by which a model runs a command or looks at a picture; undefined where the client sends it unasked. */
  call(situation: Situation, folder: string): Call | undefined;
  start(gateway: string, key: string, model: string, situation: Situation, folder: string): Promise<Start>;
}

const run = `echo ${toolOutput.slice(0, 8)}""${toolOutput.slice(8)}`;
const prompt = 'What is the answer?';

const claude: Client = {
  name: 'Claude Code',
  command: 'claude',
  call(situation, folder) {
    if (situation === 'tool') return { tool: 'Bash', arguments: { command: run, description: 'Says something' } };
    if (situation === 'image') return { tool: 'Read', arguments: { file_path: join(folder, 'picture.png') } };
    return undefined;
  },
  async start(gateway, key, model) {
    return {
      args: ['-p', prompt, '--model', model, '--allowedTools', 'Bash,Read'],
      env: {
        ANTHROPIC_BASE_URL: gateway,
        ANTHROPIC_API_KEY: key,
        ANTHROPIC_SMALL_FAST_MODEL: model,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
      },
    };
  },
};

const codex: Client = {
  name: 'Codex',
  command: 'codex',
  call(situation) {
    return situation === 'tool' ? { tool: 'exec_command', arguments: { cmd: run } } : undefined;
  },
  async start(gateway, key, model, situation, folder) {
    const home = join(folder, '.codex');
    await mkdir(home, { recursive: true });
    const settings = [
      `model = "${model}"`,
      'model_provider = "portico"',
      '[model_providers.portico]',
      'name = "Portico"',
      `base_url = "${gateway}/v1"`,
      'env_key = "PORTICO_KEY"',
      'wire_api = "responses"',
      'stream_max_retries = 2',
    ];
    await writeFile(join(home, 'config.toml'), `${settings.join('\n')}\n`);
    const image = situation === 'image' ? ['--image', join(folder, 'picture.png')] : [];
    const args = ['exec', '--skip-git-repo-check', '--sandbox', 'danger-full-access', ...image, '--', prompt];
    return { args, env: { CODEX_HOME: home, PORTICO_KEY: key } };
  },
};

const gemini: Client = {
  name: 'gemini-cli',
  command: 'gemini',
  call(situation) {
    return situation === 'tool' ? { tool: 'run_shell_command', arguments: { command: run } } : undefined;
  },
  async start(gateway, key, model, situation, folder) {
    await mkdir(join(folder, '.gemini'), { recursive: true });
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
    };
    await writeFile(join(folder, '.gemini', 'settings.json'), JSON.stringify(settings));
    const asked = situation === 'image' ? `${prompt} @picture.png` : prompt;
    return {
      args: ['-p', asked, '-m', model, '--yolo', '--skip-trust'],
      env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: gateway, GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    };
  },
};

export const clients: readonly Client[] = [claude, codex, gemini];

/** A folder for a client to work in, with the picture in it. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'picture.png'), Buffer.from(picture, 'base64'));
}
