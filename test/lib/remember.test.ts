import { describe, expect, it } from 'vitest';
import { orWithout, remember, rememberLarge, share, within } from '../../src/lib/remember.ts';
import { waitFor } from '../support/wait-for.ts';

/** A read whose answers the test gives. */
function controlled() {
  const asked: PromiseWithResolvers<number>[] = [];
  const read = () => {
    const answer = Promise.withResolvers<number>();
    asked.push(answer);
    return answer.promise;
  };
  return { asked, read };
}

const HOUR = 3_600_000;

describe('rememberLarge', () => {
  it('reads a small value anew for each who asks, and remembers one once it is large', async () => {
    const values = [1, 2, 100, 101, 102];
    const read = async () => values.shift() ?? 0;
    const limits = {
      freshMs: () => HOUR,
      keptMs: () => HOUR,
      patienceMs: HOUR,
      firstMs: HOUR,
      forgetMs: HOUR,
    };
    const get = rememberLarge(read, (value) => value > 10, limits);
    expect([await get(), await get(), await get(), await get(), await get()]).toEqual([1, 2, 100, 101, 101]);
  });
});

describe('remember', () => {
  it('reads once for all who ask at once, and gives a fresh value without reading', async () => {
    const { asked, read } = controlled();
    const get = remember(read, {
      freshMs: () => HOUR,
      keptMs: () => HOUR,
      patienceMs: HOUR,
      firstMs: HOUR,
      forgetMs: HOUR,
    });
    const all = [get(), get(), get()];
    asked[0]?.resolve(1);
    expect(await Promise.all(all)).toEqual([1, 1, 1]);
    expect(await get()).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('gives what it knows where a newer value is slow, and the newer one as soon as it is there', async () => {
    const { asked, read } = controlled();
    const get = remember(read, {
      freshMs: () => 0,
      keptMs: () => HOUR,
      patienceMs: 0,
      firstMs: HOUR,
      forgetMs: HOUR,
    });
    const first = get();
    asked[0]?.resolve(1);
    expect(await first).toBe(1);
    expect(await get()).toBe(1);
    asked[1]?.resolve(2);
    await waitFor(async () => expect(await get()).toBe(2));
  });

  it('gives nothing that is older than it may be: who asks after a pause waits for a new value', async () => {
    const { asked, read } = controlled();
    const limits = { freshMs: () => 0, keptMs: () => 0, forgetMs: HOUR };
    const get = remember(read, { ...limits, patienceMs: 0, firstMs: HOUR });
    const first = get();
    asked[0]?.resolve(1);
    expect(await first).toBe(1);
    const second = get();
    asked[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  it('gives nothing where what is known is too old, and a newer value is not there in time', async () => {
    const { asked, read } = controlled();
    const limits = { freshMs: () => 0, keptMs: () => 0, forgetMs: HOUR };
    const get = remember(read, { ...limits, patienceMs: HOUR, firstMs: 0 });
    const first = get();
    asked[0]?.resolve(1);
    await first;
    expect(await get()).toBeUndefined();
  });

  it('gives nothing where nothing is known in time', async () => {
    const { read } = controlled();
    expect(
      await remember(read, {
        freshMs: () => 0,
        keptMs: () => HOUR,
        patienceMs: 0,
        firstMs: 0,
        forgetMs: HOUR,
      })(),
    ).toBeUndefined();
  });

  it('fails as the read fails, and reads again for the next who asks', async () => {
    const { asked, read } = controlled();
    const get = remember(read, {
      freshMs: () => HOUR,
      keptMs: () => HOUR,
      patienceMs: HOUR,
      firstMs: HOUR,
      forgetMs: HOUR,
    });
    const first = get();
    asked[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = get();
    asked[1]?.resolve(2);
    expect(await second).toBe(2);
  });
});

it('a slow read that fails leaves no old value behind', async () => {
  const { asked, read } = controlled();
  const get = remember(read, {
    freshMs: () => 0,
    keptMs: () => HOUR,
    patienceMs: 0,
    firstMs: 0,
    forgetMs: HOUR,
  });
  void get();
  asked[0]?.resolve(1);
  await waitFor(async () => expect(await get()).toBe(1));
  const meanwhile = get().catch(() => undefined);
  asked[1]?.reject(new Error('away'));
  await meanwhile;
  await waitFor(async () => expect(await get()).toBeUndefined());
});

it('a read that fails is told to those who waited for it, and to nobody after them', async () => {
  const { asked, read } = controlled();
  const get = remember(read, {
    freshMs: () => HOUR,
    keptMs: () => HOUR,
    patienceMs: HOUR,
    firstMs: HOUR,
    forgetMs: HOUR,
  });
  let next: Promise<number | undefined> | undefined;
  // Asked in the very moment in which the failure is known.
  const first = get().catch((error: Error) => {
    next = get();
    return error.message;
  });
  const second = get().catch((error: Error) => error.message);
  asked[0]?.reject(new Error('away'));
  expect(await Promise.all([first, second])).toEqual(['away', 'away']);
  expect(asked).toHaveLength(2);
  asked[1]?.resolve(2);
  expect([await next, await get()]).toEqual([2, 2]);
});

it.each([
  ['fails', (answer?: PromiseWithResolvers<number>) => answer?.reject(new Error('away'))],
  ['is there', (answer?: PromiseWithResolvers<number>) => answer?.resolve(1)],
])('the answer of a read that was left alone changes nothing of a later one’s when it %s', async (_, end) => {
  const { asked, read } = controlled();
  const get = remember(read, {
    freshMs: () => HOUR,
    keptMs: () => HOUR,
    patienceMs: HOUR,
    firstMs: HOUR,
    forgetMs: 0,
  });
  const first = get().catch(() => undefined);
  const second = get();
  asked[1]?.resolve(2);
  expect(await second).toBe(2);
  end(asked[0]);
  await first;
  expect(await get()).toBe(2);
  expect(asked).toHaveLength(2);
});

describe('share', () => {
  it('tells a failure to those who share it, and begins anew for the next who asks', async () => {
    const { asked, read } = controlled();
    const get = share(read, HOUR);
    const both = Promise.allSettled([get(), get()]);
    asked[0]?.reject(new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = get();
    asked[1]?.resolve(2);
    expect(await next).toBe(2);
  });

  it('begins anew where an answer does not come', async () => {
    const { asked, read } = controlled();
    const get = share(read, 0);
    void get();
    const second = get();
    asked[1]?.resolve(2);
    expect(await second).toBe(2);
    asked[0]?.resolve(1);
    expect(asked).toHaveLength(2);
  });
});

describe('within', () => {
  it('gives the answer that comes in time, and the other value for one that does not', async () => {
    expect(await within(Promise.resolve(1), HOUR, 2)).toBe(1);
    expect(await within(new Promise(() => undefined), 0, 2)).toBe(2);
  });
});

describe('orWithout', () => {
  it('gives what was read, and tells why where nothing could be read', async () => {
    const told: unknown[] = [];
    const away = new Error('away');
    expect(
      await orWithout(
        async () => 1,
        (error) => told.push(error),
      ),
    ).toBe(1);
    expect(told).toEqual([]);
    expect(
      await orWithout(
        () => Promise.reject(away),
        (error) => told.push(error),
      ),
    ).toBeUndefined();
    expect(told).toEqual([away]);
  });
});
