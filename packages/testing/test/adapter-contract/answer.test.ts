import { createAnswerReader } from '../../src/adapter-contract/answer.ts';

const head = 'HTTP/1.1 413 Payload Too Large\r\ntransfer-encoding: chunked\r\n\r\n';

const read = (bytes: string, options?: { endMayBeLost: boolean }) => {
  const reader = createAnswerReader();
  const answer = reader.next(options);
  reader.push(Buffer.from(bytes));
  reader.end();
  return answer;
};

describe('an answer in chunks whose connection ends', () => {
  test('is whole with its last, empty chunk', async () => {
    expect(await read(`${head}3\r\n"a"\r\n0\r\n\r\n`)).toMatchObject({ status: 413, json: 'a' });
  });

  test('is not whole without it', async () => {
    await expect(read(`${head}3\r\n"a"\r\n`)).rejects.toThrow('closed after');
  });

  test('is whole without it where that may be lost', async () => {
    expect(await read(`${head}3\r\n"a"\r\n`, { endMayBeLost: true })).toMatchObject({ status: 413, json: 'a' });
  });

  test.each(['', '3\r\n', '3\r\n"a', '3\r\n"a"', '3\r\n"a"\r\n0'])(
    'is not whole where more than that is lost: %j',
    async (chunks) => {
      await expect(read(`${head}${chunks}`, { endMayBeLost: true })).rejects.toThrow('closed after');
    },
  );
});
