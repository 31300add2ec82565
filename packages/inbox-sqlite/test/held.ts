/** Something that waits until the test says how it ends. */
export interface Held {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

export const held = (): Held => {
  let resolve = (): void => undefined;
  let reject = (_error: Error): void => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
};
