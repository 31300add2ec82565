const idDigits = 24;
const placeholder = '0'.repeat(idDigits);

/** Makes a video object with an id of its own; updated at a time of its own, where one is given. */
type CreateBody = (id: string, updatedAt?: Date) => Buffer<ArrayBuffer>;

/**
 * Video objects like Ignite's, of exactly `bytes`, each with its own id: a repeated one would be a duplicate, and cheap. Small ones have
 * the plain fields; then come renditions, tags and categories; what makes a large one large is the text of its subtitles.
 */
export const createBodies = (bytes: number): CreateBody => bodiesFrom(videoOf(bytes));

/** The same number of bytes in many small objects, which is the most that a parser and a schema can be given to do. */
export const createDenseBodies = (bytes: number): CreateBody => {
  const count = Math.floor((bytes - 400) / JSON.stringify(tagOf(1000)).length);
  return bodiesFrom(fill({ ...plainFields, tags: Array.from({ length: count }, (_, index) => tagOf(index)) }, bytes));
};

const bodiesFrom = (video: object): CreateBody => {
  const template = Buffer.from(JSON.stringify(video));
  const place = template.indexOf(placeholder);
  const updatedAtPlace = template.indexOf(plainFields.updatedAt, template.indexOf('"updatedAt"'));
  return (id, updatedAt) => {
    const body = Buffer.from(template);
    body.write(id.padStart(idDigits, '0').slice(-idDigits), place, 'latin1');
    if (updatedAt !== undefined) body.write(updatedAt.toISOString(), updatedAtPlace, 'latin1');
    return body;
  };
};

const plainFields = {
  id: placeholder,
  title: '0',
  status: 'COMPLETE',
  visibility: 'public',
  createdAt: '2024-01-15T10:30:00.000Z',
  updatedAt: '2024-01-15T10:30:00.000Z',
};

const tagOf = (index: number): object => ({ id: `tag-${index}`, title: `Tag ${index}`, slug: `tag-${index}` });

const renditionOf = (kind: string, height: number): object => ({
  name: `${height}p`,
  url: `https://media.example/${placeholder.slice(0, 8)}/${kind}-${height}.m3u8`,
  width: Math.round((height * 16) / 9),
  height,
});

const videoOf = (bytes: number): object => {
  const small = fill(plainFields, bytes);
  if (bytes < 1000) return small;
  const heights = bytes < 5000 ? [1080, 720] : [2160, 1440, 1080, 720, 480, 360];
  const labels = bytes < 5000 ? 1 : 5;
  const structured = {
    ...plainFields,
    duration: 120,
    fps: 25,
    orientation: 'landscape',
    src: {
      thumbnailUrl: 'https://media.example/thumbnail.jpg',
      filename: 'video.mp4',
      hls: heights.map((height) => renditionOf('hls', height)),
      mp4: heights.map((height) => renditionOf('mp4', height)),
    },
    categories: Array.from({ length: labels }, (_, index) => tagOf(index)),
    tags: Array.from({ length: labels }, (_, index) => tagOf(index)),
  };
  if (bytes < 5000) return fill(structured, bytes);
  const missing = bytes - JSON.stringify(structured).length;
  const count = Math.max(1, Math.floor(missing / 20_000));
  const subtitles = Array.from({ length: count }, (_, index) => ({
    id: `subtitle-${index}`,
    language: 'en',
    content: cues(Math.floor(missing / count) - 120),
    filename: `subtitle-${index}.vtt`,
  }));
  return fill({ ...structured, subtitles }, bytes);
};

const cues = (length: number): string => {
  const cue = '00:00:01.000 --> 00:00:04.000\nWhat is said, and "quoted" now and then.\n\n';
  // why: a line break is two bytes in JSON, a quotation mark too.
  const escapes = JSON.stringify(cue).length - 2 - cue.length;
  return cue.repeat(Math.max(1, Math.floor(length / (cue.length + escapes))));
};

/** Lengthens the title until the whole has exactly so many bytes. */
const fill = <Video extends { readonly title: string }>(video: Video, bytes: number): Video => {
  const missing = bytes - JSON.stringify(video).length;
  if (missing < 0) throw new RangeError(`A video of ${bytes} bytes is too small for its fields.`);
  return { ...video, title: `0${'x'.repeat(missing)}` };
};
