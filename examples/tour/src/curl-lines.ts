import { testCredentials } from '@mediahooks/testing';
import { tokenPath } from './receivers.ts';

/** One command for a POSIX shell, and what there is to know about it. */
export interface CurlLine {
  readonly source: string;
  readonly note: string;
  readonly command: string;
}

/** A genuine delivery for each source, to be pasted into a shell. Those with a time or a token in them make it when they run. */
export const curlLines = (origin: string): readonly CurlLine[] => {
  const { echo3d, gcore, ignite, tpstreams } = testCredentials;
  const post = (path: string, ...parts: readonly string[]): string =>
    [`curl -sS -w '\\n' '${origin}/webhooks/${path}' -H 'content-type: application/json'`, ...parts].join(' ');
  return [
    {
      source: 'gcore',
      note: 'the header says what a proxy would: the sender is Gcore. Paste it twice: the second is stream.updated',
      command: post(
        'gcore',
        `-H 'x-forwarded-for: ${gcore.address}'`,
        `-d '{"type":"stream","message":{"stream":{"id":7,"live":true,"recording":false}}}'`,
      ),
    },
    {
      source: 'ignite',
      note: 'signed by openssl when it runs; good for 5 minutes from then',
      command: [
        `t=$(date +%s)000; b='{"id":"v7","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}';`,
        `s=$(printf %s "$t.$b" | openssl dgst -sha256 -hmac ${ignite.secret} -r | cut -d' ' -f1);`,
        post(
          'ignite',
          `-H "x-webhook-signature: t=$t,v1=$s"`,
          `-H 'x-webhook-event: video.updated'`,
          `-H "x-webhook-delivery-id: del_$t"`,
          '-d "$b"',
        ),
      ].join(' '),
    },
    {
      source: 'tpstreams',
      note: 'the token in a header',
      command: post(
        'tpstreams',
        `-H 'x-streams-token: ${tpstreams.token}'`,
        `-d '{"id":"a7","title":"Bunny","type":"video","video":{"status":"Completed"}}'`,
      ),
    },
    {
      source: 'echo3d',
      note: 'the token in the URL, the API key in the body',
      command: post(
        `echo3d?token=${echo3d.urlToken}`,
        `-d '{"event":"Upload","apiKey":"${echo3d.apiKey}","entryIds":["e7"],"metadataKeys":[],"metadataValues":[]}'`,
      ),
    },
    {
      source: '3q',
      note: 'the inner curl plays Cognito: it fetches a token, good for 5 minutes',
      command: post(
        '3q?event=file.new',
        `-H "authorization: Bearer $(curl -sS ${origin}${tokenPath})"`,
        `-d '[{"Event":"file.new","ProjectId":1,"File":{"Id":7}}]'`,
      ),
    },
  ];
};
