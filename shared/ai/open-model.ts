import type { GoogleVertexProviderSettings } from '@ai-sdk/google-vertex';
import type { LanguageModel } from 'ai';
import type { Config } from '../config.ts';
import { type BudgetSettings, budgetOf } from './budget.ts';
import type { Model } from './model.ts';

export type ModelSettings = BudgetSettings &
  Pick<
    Config,
    | 'MODEL_PROVIDER'
    | 'MODEL_BASE_URL'
    | 'MODEL_NAME'
    | 'MODEL_API_KEY'
    | 'MODEL_VERTEX_PROJECT'
    | 'MODEL_VERTEX_LOCATION'
    | 'GOOGLE_CLOUD_PROJECT'
  >;

/** Where the process ends, for tests: how requests leave it and who signs them. */
export type VertexEdge = Pick<GoogleVertexProviderSettings, 'fetch' | 'googleAuthOptions'>;

/**
 * The configured model; null when none is, which no worker may depend on. The SDK takes a third of a second to import,
 * so nothing of it is loaded before a model is configured.
 */
export async function openModel(settings: ModelSettings, edge: VertexEdge = {}): Promise<Model | null> {
  const opened = await openProvider(settings, edge);
  if (!opened) return null;
  const { modelOver } = await import('./model-over.ts');
  return modelOver(opened.model, { policy: opened.policy, budget: budgetOf(settings) });
}

async function openProvider(
  settings: ModelSettings,
  edge: VertexEdge,
): Promise<{ model: LanguageModel; policy: string } | null> {
  const { MODEL_NAME: name, MODEL_BASE_URL: baseURL } = settings;
  switch (settings.MODEL_PROVIDER) {
    case 'none':
      return null;
    case 'openai_compatible': {
      if (!baseURL) throw new Error('MODEL_BASE_URL is missing');
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const provider = createOpenAICompatible({
        name: 'configured',
        baseURL,
        // Without it the schema is silently left out of the request.
        supportsStructuredOutputs: true,
        ...(settings.MODEL_API_KEY ? { apiKey: settings.MODEL_API_KEY } : {}),
      });
      return { model: provider.chatModel(name), policy: `${new URL(baseURL).host}/${name}` };
    }
    case 'vertex': {
      const { createGoogleVertex } = await import('@ai-sdk/google-vertex');
      const location = settings.MODEL_VERTEX_LOCATION;
      const provider = createGoogleVertex({
        project: settings.MODEL_VERTEX_PROJECT ?? settings.GOOGLE_CLOUD_PROJECT,
        location,
        ...edge,
      });
      return { model: provider.languageModel(name), policy: `vertex/${location}/${name}` };
    }
  }
}
