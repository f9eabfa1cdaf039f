import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A browser controlled by the tests. */
export interface Browser {
  /** Opens a new page. */
  newPage(): Promise<Page>;
  /** Closes the browser. */
  close(): Promise<void>;
}

/** A page of a browser. */
export interface Page {
  /** Opens an address. */
  goto(url: string): Promise<unknown>;
  /** Evaluates an expression and awaits its promise. */
  evaluate(expression: string): Promise<unknown>;
}

interface Puppeteer {
  launch(options: object): Promise<Browser>;
}

/** Launch options: headless and without network requests. */
interface Launch {
  readonly executables: readonly string[];
  readonly options: object;
}

/** Browsers for the tests. */
export const BROWSERS: Readonly<Record<'Chromium' | 'Firefox', Launch>> = {
  Chromium: {
    executables: ['/usr/bin/chromium', '/usr/bin/google-chrome'],
    options: {
      browser: 'chrome',
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    },
  },
  Firefox: {
    executables: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
    options: {
      browser: 'firefox',
      extraPrefsFirefox: {
        'app.update.enabled': false,
        'browser.safebrowsing.downloads.enabled': false,
        'datareporting.policy.dataSubmissionEnabled': false,
        'network.captive-portal-service.enabled': false,
        'network.connectivity-service.enabled': false,
      },
    },
  },
};

const PUPPETEER = resolve(
  'test/engines/node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js',
);

/** Reason why a browser cannot be started here; null if it can. */
export function obstacleTo(name: keyof typeof BROWSERS): string | null {
  if (!existsSync(PUPPETEER)) return 'no puppeteer-core in test/engines (npm ci there)';
  return executableOf(name) === undefined ? `no ${name} on this machine` : null;
}

/** Starts a browser. */
export async function startBrowser(name: keyof typeof BROWSERS): Promise<Browser> {
  const module: unknown = await import(pathToFileURL(PUPPETEER).href);
  const { default: puppeteer } = module as { default: Puppeteer };
  return await puppeteer.launch({
    ...{ headless: true, executablePath: executableOf(name), protocolTimeout: 600e3 },
    ...BROWSERS[name].options,
  });
}

function executableOf(name: keyof typeof BROWSERS): string | undefined {
  return BROWSERS[name].executables.find((path) => existsSync(path));
}
