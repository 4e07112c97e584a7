import { onDemand } from './on-demand.ts';

/** The SDKs of the examples weigh more than everything else together. */
export const realSdks = onDemand('sdks', 'the real SDKs');

export const sdkModules = realSdks.modules;
