import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhooks, type Rejection, rejectionCauses, rejectionTable } from '@mediahooks/core';
import { listen } from '@mediahooks/testing';
import { repository } from './project/run.ts';
import { addressCases } from './troubleshooting/address-cases.ts';
import { bodyCases } from './troubleshooting/body-cases.ts';
import { jwtCases } from './troubleshooting/jwt-cases.ts';
import type { Misconfiguration, Trouble } from './troubleshooting/misconfiguration.ts';
import { allMounts } from './troubleshooting/mounts.ts';
import { requestCases } from './troubleshooting/request-cases.ts';
import { secretCases } from './troubleshooting/secret-cases.ts';
import { signatureCases } from './troubleshooting/signature-cases.ts';
import { tokenCases } from './troubleshooting/token-cases.ts';

const cases: readonly Misconfiguration[] = [
  ...requestCases,
  ...addressCases,
  ...bodyCases,
  ...secretCases,
  ...signatureCases,
  ...tokenCases,
  ...jwtCases,
];

/** What became of it, and everything that was written anywhere. */
interface Seen {
  readonly status: number;
  readonly answer: string;
  readonly rejections: readonly Rejection[];
  readonly logged: readonly string[];
  readonly handled: number;
}

const serve = async (listener: RequestListener, onSocketFile: boolean) => {
  if (!onSocketFile) {
    const { origin, stop } = await listen(listener);
    return { url: `${origin}/webhooks`, stop };
  }
  const folder = mkdtempSync(join(tmpdir(), 'mediahooks-'));
  const url = join(folder, 'app.sock');
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(url, resolve));
  const stop = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  };
  return { url, stop };
};

const makeHappen = async (trouble: Trouble, mount: NonNullable<Trouble['mounts']>[string]): Promise<Seen> => {
  const rejections: Rejection[] = [];
  const logged: string[] = [];
  let handled = 0;
  const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const webhooks = createWebhooks({
    ...trouble.options,
    sources: trouble.sources,
    logger: { debug: log, info: log, warn: log, error: log },
    observe: { rejected: (_delivery, why) => void rejections.push(why) },
  });
  webhooks.on('*', () => {
    handled += 1;
  });
  const server = await serve(mount(webhooks), trouble.onSocketFile === true);
  try {
    const response = await trouble.send(server.url);
    return { status: response.status, answer: await response.text(), rejections, logged, handled };
  } finally {
    await server.stop();
  }
};

/** Every way in which a text may be written down. */
const formsOf = (text: string): string[] => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];

const expectSilence = (written: string, secrets: readonly string[]): void => {
  for (const form of secrets.flatMap(formsOf)) expect(written).not.toContain(form);
  // So long, it would be a signature, a digest or a key: in hex, and in base64 in either alphabet.
  expect(written).not.toMatch(/[0-9a-fA-F]{40}/);
  expect(written).not.toMatch(/[A-Za-z0-9+/_-]{43}/);
};

describe.each(cases)('$mistake ($cause)', ({ cause, code, setUp }) => {
  test('is refused, with the cause for the operator and without it for the sender', async () => {
    const trouble = await setUp();
    try {
      for (const [name, mount] of Object.entries(trouble.mounts ?? allMounts)) {
        const seen = await makeHappen(trouble, mount);
        const said = seen.rejections.map((why) => [name, why.code, why.cause]);
        expect([...said, seen.status, seen.handled]).toEqual([[name, code, cause], rejectionTable[code].status, 0]);
        expect(JSON.parse(seen.answer)).toMatchObject({ code, detail: rejectionTable[code].detail });
        expect(seen.answer).not.toContain(cause);
        expect(seen.logged.filter((line) => line.includes(`"cause":"${cause}"`))).toHaveLength(1);
        expectSilence([seen.answer, ...seen.logged, JSON.stringify(seen.rejections)].join('\n'), trouble.secrets);
      }
    } finally {
      await trouble.stop?.();
    }
  });
});

const page = readFileSync(join(repository, 'docs', 'troubleshooting.md'), 'utf8');

/** Cause, code of the rejection, symptom, hint and mend of each row. */
const rows = page
  .split('\n')
  .filter((line) => /^\| `[a-z0-9-]+` \|/.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );

describe('docs/troubleshooting.md and the table above agree:', () => {
  test('each cause there is has a row, in the order of the table of causes, and each row a case', () => {
    const listed = rows.map(([cause = '']) => cause.replaceAll('`', ''));
    expect(listed).toEqual(Object.keys(rejectionCauses));
    expect([...new Set(cases.map(({ cause }) => cause))].toSorted()).toEqual(listed.toSorted());
    expect(listed.length).toBeGreaterThan(25);
  });

  test('each row names every code that its cases have, a symptom, what was found, and a mend', () => {
    for (const [cause = '', codes = '', ...texts] of rows) {
      const made = cases.filter((one) => one.cause === cause.replaceAll('`', '')).map(({ code }) => `\`${code}\``);
      expect({ cause, codes: codes.split(', ').toSorted() }).toEqual({ cause, codes: [...new Set(made)].toSorted() });
      expect({ cause, texts }).toEqual({
        cause,
        texts: [expect.stringMatching(/\w.{15,}/), expect.stringMatching(/\w.{10,}/)],
      });
    }
  });
});
