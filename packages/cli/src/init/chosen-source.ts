/** What `init` writes for one platform. */
export interface SourceTemplate {
  /** What is imported from `@mediahooks/providers`. */
  readonly provider: string;
  /** The entry in `sources`, without indentation. */
  readonly code: string;
  /** Variables it reads: what they are for, and a value to begin with. `{secret}` stands for one that is made up. */
  readonly variables: readonly (readonly [name: string, value: string, purpose: string])[];
  /** Whether it is proven by the sender's address, and proxies matter. */
  readonly needsAddress?: boolean;
  /** Behind the source's name in the URL that the platform is given. */
  readonly urlSuffix?: string;
}

/** The platforms there are templates for, by the names their sources get. */
export const sourceTemplates = {
  gcore: {
    provider: 'gcore',
    code: "gcore: gcore(), // proven by its addresses; to try it from this machine: gcore({ ranges: ['127.0.0.1/32'] })",
    variables: [],
    needsAddress: true,
  },
  ignite: {
    provider: 'ignite',
    code: "ignite: ignite({ secret: env.MEDIAHOOKS_IGNITE_SECRET ?? '' }),",
    variables: [['MEDIAHOOKS_IGNITE_SECRET', 'whsec_{secret}', "the subscription's signing secret, whsec_ included"]],
  },
  tpstreams: {
    provider: 'tpstreams',
    code: "tpstreams: tpstreams({ token: env.MEDIAHOOKS_TPSTREAMS_TOKEN ?? '' }),",
    variables: [['MEDIAHOOKS_TPSTREAMS_TOKEN', '{secret}', 'the secret_token of the webhook']],
  },
  echo3d: {
    provider: 'echo3d',
    code: "echo3d: echo3d({ urlToken: env.MEDIAHOOKS_ECHO3D_URL_TOKEN ?? '', apiKey: env.MEDIAHOOKS_ECHO3D_API_KEY ?? '' }),",
    variables: [
      ['MEDIAHOOKS_ECHO3D_URL_TOKEN', '{secret}', 'the token in the URL that echo3D is given'],
      ['MEDIAHOOKS_ECHO3D_API_KEY', '{secret}', "the collection's API key"],
    ],
    urlSuffix: '?token=<MEDIAHOOKS_ECHO3D_URL_TOKEN>',
  },
  '3q': {
    provider: 'threeq',
    code: "'3q': threeq({ secret: { in: 'header', name: 'x-3q-secret', value: env.MEDIAHOOKS_3Q_SECRET ?? '' } }),",
    variables: [
      ['MEDIAHOOKS_3Q_SECRET', '{secret}', 'the secret of the webhook'],
      ['MEDIAHOOKS_3Q_SECRET_IN', 'header', 'for `mediahooks send`: where it is'],
      ['MEDIAHOOKS_3Q_SECRET_NAME', 'x-3q-secret', 'for `mediahooks send`: under which name'],
    ],
  },
} as const satisfies Readonly<Record<string, SourceTemplate>>;

export type ChosenSource = keyof typeof sourceTemplates;

export const templateOf = (source: ChosenSource): SourceTemplate => sourceTemplates[source];

export const isChosenSource = (name: string): name is ChosenSource => Object.hasOwn(sourceTemplates, name);
