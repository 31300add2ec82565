import type { Rejection } from '@mediahooks/core';

export interface FailedField {
  /** `message.video.id` */
  readonly path: string;
  readonly message: string;
}

/** The fields that did not pass the schema, as the hint names them: `message.video.id: …; …`. Empty where it names none. */
export const failedFields = ({ rejection }: { readonly rejection: Rejection | undefined }): readonly FailedField[] => {
  if (rejection?.code !== 'invalid-payload') return [];
  return rejection.hint.split('; ').flatMap((issue) => {
    const [, path, message] = /^([^\s:]{1,200}): (.*)$/.exec(issue) ?? [];
    return path === undefined || message === undefined ? [] : [{ path, message }];
  });
};
