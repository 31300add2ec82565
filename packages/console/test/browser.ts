/** A browser as far as the console's safety goes: it keeps a cookie, and says where its forms come from. */
export interface Visitor {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The token of the forms on a page, for this visitor. */
  tokenOf(path: string): Promise<string>;
  /** Sends a form as a page of the console would; `headers` are sent instead of, `undefined` takes one away. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string | undefined>>,
  ): Promise<Response>;
}

/** `always` goes with every request: a login. */
export const visitorOf = (url: string, always: Readonly<Record<string, string>> = {}): Visitor => {
  let cookie: string | undefined;
  const origin = new URL(url).origin;
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(always)) headers.set(name, value);
    if (cookie !== undefined && !headers.has('cookie')) headers.set('cookie', cookie);
    const response = await fetch(`${url}/${path}`, { ...init, headers, redirect: 'manual' });
    const [set] = response.headers.getSetCookie().filter((one) => one.includes('mediahooks-console'));
    if (set !== undefined) cookie = set.split(';')[0];
    return response;
  };
  return {
    get: (path, headers = {}) => send(path, { headers }),
    async tokenOf(path) {
      const page = await (await send(path, {})).text();
      const token = /name="token" value="([0-9a-f]+)"/.exec(page)?.[1];
      if (token === undefined) throw new Error(`There is no form on ${path}.`);
      return token;
    },
    post(path, fields, headers = {}) {
      const all = { origin, 'sec-fetch-site': 'same-origin', ...headers };
      const sent = Object.entries(all).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      return send(path, { method: 'POST', body: new URLSearchParams(fields), headers: sent });
    },
  };
};
