/**
 * A page in a real browser that is scrolled all the time, and what that takes of its main thread: frames as the page sees
 * them, processor time as the browser counts it, memory after what is not needed was swept away.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { percentile } from './figures.ts';
import { framesIn, type TraceEvent } from './trace.ts';

/** What the main thread has done so far, in milliseconds of the processor. */
interface Work {
  readonly all: number;
  readonly script: number;
  readonly style: number;
  readonly layout: number;
}

export interface Scrolled extends Work {
  readonly seconds: number;
  readonly frames: number;
  /** Milliseconds from one frame to the next. */
  readonly intervals: { readonly mean: number; readonly p50: number; readonly p95: number };
  /** Over 50 ms of the clock. */
  readonly longTasks: number;
  readonly longest: number;
}

export interface Memory {
  /** Bytes. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

interface Recorded {
  readonly frames: number;
  readonly ms: number;
  readonly histogram: readonly number[];
  readonly long: number;
  readonly longest: number;
}

/**
 * Within the page: scrolls what is called `.rooms` by so much a frame, down and up again, and counts frames: where other
 * work on the machine makes them few, none has more to do than it would have. It keeps nothing but numbers, so that it is
 * not what the heap grows by, and reads no layout.
 */
const scroller = `globalThis.bench ??= (() => {
  const box = document.querySelector('.rooms');
  const most = box.scrollHeight - box.clientHeight;
  const histogram = new Uint32Array(1_000);
  let [place, direction, frames, begun, last, isOn, long, longest] = [0, 1, 0, 0, 0, false, 0, 0];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      long += 1;
      longest = Math.max(longest, duration);
    }
  }).observe({ entryTypes: ['longtask'] });
  const record = () => ({ frames, ms: last - begun, histogram: [...histogram], long, longest });
  return {
    start(speed) {
      [frames, begun, last, isOn, long, longest] = [0, performance.now(), performance.now(), true, 0, 0];
      histogram.fill(0);
      const step = (at) => {
        if (!isOn) return;
        const gap = Math.max(0, at - last);
        frames += 1;
        last = at;
        histogram[Math.min(999, Math.round(gap))] += 1;
        place += direction * speed;
        if (place >= most || place <= 0) direction = place <= 0 ? 1 : -1;
        box.scrollTop = place;
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    },
    stop() {
      isOn = false;
      return record();
    },
    place: () => place,
  };
})();`;

export class WatchedPage {
  readonly page: Page;
  readonly #cdp: CDPSession;

  private constructor(page: Page, cdp: CDPSession) {
    this.page = page;
    this.#cdp = cdp;
  }

  static async open(browser: Browser, show: (page: Page) => Promise<unknown>): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const cdp = await context.newCDPSession(page);
    // Of the thread's own time: other work on the machine does not show in it.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await show(page);
    return new WatchedPage(page, cdp);
  }

  /** One after the other, as one. */
  static together(all: readonly Scrolled[]): Scrolled {
    const frames = all.reduce((sum, one) => sum + one.frames, 0);
    const mean = (of: (one: Scrolled) => number) =>
      all.reduce((sum, one) => sum + of(one) * one.frames, 0) / frames;
    return {
      frames,
      seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
      intervals: {
        mean: mean(({ intervals }) => intervals.mean),
        p50: mean(({ intervals }) => intervals.p50),
        p95: mean(({ intervals }) => intervals.p95),
      },
      longTasks: all.reduce((sum, { longTasks }) => sum + longTasks, 0),
      longest: Math.max(...all.map(({ longest }) => longest)),
      ...{ all: mean((one) => one.all), script: mean(({ script }) => script) },
      ...{ style: mean(({ style }) => style), layout: mean(({ layout }) => layout) },
    };
  }

  /** Pixels from the top. */
  async place(): Promise<number> {
    return (await this.page.evaluate('globalThis.bench?.place() ?? 0')) as number;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Scrolls for so long. @param speed pixels a frame */
  async scroll(ms: number, speed: number): Promise<Scrolled> {
    await this.page.evaluate(scroller);
    const before = await this.#work();
    await this.page.evaluate(`bench.start(${speed})`);
    await this.page.waitForTimeout(ms);
    const recorded = (await this.page.evaluate('bench.stop()')) as Recorded;
    const after = await this.#work();
    const { frames, long, longest } = recorded;
    const each = (name: keyof Work) => (after[name] - before[name]) / frames;
    return {
      ...{ frames, seconds: recorded.ms / 1_000, longTasks: long, longest },
      intervals: intervalsOf(recorded),
      ...{ all: each('all'), script: each('script'), style: each('style'), layout: each('layout') },
    };
  }

  /** What it takes for so long without scrolling: milliseconds of the processor for each second. */
  async rest(ms: number): Promise<number> {
    const before = await this.#work();
    await this.page.waitForTimeout(ms);
    return ((await this.#work()).all - before.all) / (ms / 1_000);
  }

  /** The same while it is traced: milliseconds of the thread's own time for each frame. */
  async trace(browser: Browser, ms: number, speed: number): Promise<number[]> {
    const cdp = await browser.newBrowserCDPSession();
    const events: TraceEvent[] = [];
    cdp.on('Tracing.dataCollected', ({ value }) => {
      for (const event of value as unknown as TraceEvent[]) events.push(event);
    });
    const complete = new Promise<void>((resolve) => cdp.once('Tracing.tracingComplete', () => resolve()));
    await cdp.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: {
        includedCategories: [
          'devtools.timeline',
          'disabled-by-default-devtools.timeline',
          'blink.user_timing',
        ],
      },
    });
    await this.page.evaluate(`performance.mark('bench'); bench.start(${speed})`);
    await this.page.waitForTimeout(ms);
    await this.page.evaluate('bench.stop()');
    await cdp.send('Tracing.end');
    await complete;
    await cdp.detach();
    return framesIn(events, 'bench');
  }

  /** After everything was swept away that can be. */
  async memory(): Promise<Memory> {
    await this.#cdp.send('HeapProfiler.collectGarbage');
    const metrics = await this.#metrics();
    const of = (name: string) => metrics.get(name) ?? Number.NaN;
    return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }

  async profiled(work: () => Promise<unknown>): Promise<object> {
    await this.#cdp.send('Profiler.enable');
    await this.#cdp.send('Profiler.start');
    await work();
    const { profile } = await this.#cdp.send('Profiler.stop');
    await this.#cdp.send('Profiler.disable');
    return profile;
  }

  async #work(): Promise<Work> {
    const metrics = await this.#metrics();
    const ms = (name: string) => (metrics.get(name) ?? Number.NaN) * 1_000;
    return {
      all: ms('TaskDuration'),
      script: ms('ScriptDuration'),
      style: ms('RecalcStyleDuration'),
      layout: ms('LayoutDuration'),
    };
  }

  async #metrics(): Promise<Map<string, number>> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics');
    return new Map(metrics.map(({ name, value }) => [name, value]));
  }
}

function intervalsOf({ histogram, frames, ms }: Recorded): Scrolled['intervals'] {
  const all = histogram.flatMap((count, at) => Array.from({ length: count }, () => at));
  return { mean: ms / frames, p50: percentile(all, 0.5), p95: percentile(all, 0.95) };
}
