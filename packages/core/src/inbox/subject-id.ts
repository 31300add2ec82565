/** What a subject is called within its source: of `ignite video:12345`, `video:12345`. No source's name holds a space. */
const nameOf = (subject: string): string => subject.slice(subject.indexOf(' ') + 1);

/** The id of a subject: of `ignite video:12345`, `12345`; of one that is of no kind, its whole name. For engines, to find it by. */
export const subjectIdOf = (subject: string): string => {
  const name = nameOf(subject);
  return name.slice(name.indexOf(':') + 1);
};

/** What stands before the id: of `ignite video:12345`, `ignite video:`. Both together are the subject. */
export const subjectPrefixOf = (subject: string): string =>
  subject.slice(0, subject.length - subjectIdOf(subject).length);

/** What ids a subject may have that is meant by a text. Each has to be looked at with {@link isSubjectMeant}. */
export const subjectIdsMeant = (text: string): readonly string[] => [...new Set([text, subjectIdOf(text)])];

/** Whether a text is a subject, with its source or without, or its id. */
export const isSubjectMeant = (subject: string, text: string): boolean =>
  subject === text || nameOf(subject) === text || subjectIdOf(subject) === text;
