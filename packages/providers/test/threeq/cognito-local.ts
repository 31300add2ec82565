import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export interface LocalUserPool {
  readonly userPoolId: string;
  readonly clientId: string;
  readonly issuer: string;
  readonly jwksUri: string;
  /** Signs a user in. */
  tokens(): Promise<{ readonly idToken: string; readonly accessToken: string }>;
}

export interface CognitoLocal {
  /** A new pool with one client and one user. */
  createUserPool(): Promise<LocalUserPool>;
  stop(): Promise<void>;
}

/** What tokens name as their issuer. The emulator listens elsewhere: on a port that is free. */
const issuerDomain = 'https://cognito.example';

/** Starts the emulator `cognito-local` as a process of its own, with its data in a directory that goes away with it. */
export const startCognitoLocal = async (): Promise<CognitoLocal> => {
  const directory = await mkdtemp(join(tmpdir(), 'cognito-local-'));
  await mkdir(join(directory, '.cognito'));
  await writeFile(
    join(directory, '.cognito/config.json'),
    JSON.stringify({ TokenConfig: { IssuerDomain: issuerDomain } }),
  );
  const program = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
  const child = spawn(process.execPath, [program], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk;
      const address = /running on (http:\/\/127\.0\.0\.1:[0-9]+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    void ended.then(() => reject(new Error(`cognito-local has ended: ${output}`)));
  });

  const call = async (target: string, input: object): Promise<unknown> => {
    const response = await fetch(origin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${target}`,
      },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
    return response.json();
  };

  return {
    async createUserPool() {
      const pool = poolAnswer.parse(await call('CreateUserPool', { PoolName: 'mediahooks' }));
      const userPoolId = pool.UserPool.Id;
      const client = clientAnswer.parse(
        await call('CreateUserPoolClient', { UserPoolId: userPoolId, ClientName: '3q' }),
      );
      const clientId = client.UserPoolClient.ClientId;
      const user = { UserPoolId: userPoolId, Username: 'sender@example.com' };
      const password = randomUUID();
      await call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS', TemporaryPassword: randomUUID() });
      await call('AdminSetUserPassword', { ...user, Password: password, Permanent: true });
      return {
        userPoolId,
        clientId,
        issuer: `${issuerDomain}/${userPoolId}`,
        jwksUri: `${origin}/${userPoolId}/.well-known/jwks.json`,
        async tokens() {
          const answer = authAnswer.parse(
            await call('AdminInitiateAuth', {
              UserPoolId: userPoolId,
              ClientId: clientId,
              AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
              AuthParameters: { USERNAME: user.Username, PASSWORD: password },
            }),
          );
          const { IdToken, AccessToken } = answer.AuthenticationResult;
          return { idToken: IdToken, accessToken: AccessToken };
        },
      };
    },
    async stop() {
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const poolAnswer = z.looseObject({ UserPool: z.looseObject({ Id: z.string() }) });
const clientAnswer = z.looseObject({ UserPoolClient: z.looseObject({ ClientId: z.string() }) });
const authAnswer = z.looseObject({
  AuthenticationResult: z.looseObject({ IdToken: z.string(), AccessToken: z.string() }),
});
