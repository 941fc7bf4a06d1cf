import type { ModelBudget } from '../../../shared/ai/budget.ts';
import type { Model } from '../../../shared/ai/model.ts';
import type { CompanyRegistry } from '../../../shared/registry/company-registry.ts';
import { type FakeAnswer, fakeWeb } from '../../support/web.ts';

/** A French site: its home page with JSON-LD, and a legal notice that also names who hosts it. Nobody's real numbers. */
export const MARLOW: Record<string, FakeAnswer> = {
  'https://marlow-studio.example/': `<!doctype html><html lang="fr-FR"><head><title>Marlow Studio – identités visuelles</title>
    <meta name="description" content="Nous dessinons des identités visuelles pour des maisons imaginaires.">
    <script type="application/ld+json">{"@context":"https://schema.org","@type":"Organization","name":"Marlow Studio",
      "legalName":"Marlow Studio SAS","url":"https://www.marlow-studio.example/","email":"contact@marlow-studio.example",
      "telephone":"+33 4 72 00 00 00","sameAs":["https://www.linkedin.com/company/marlow-fictional"]}</script></head>
    <body><h1>Marlow Studio</h1><a href="/mentions-legales">Mentions légales</a><a href="https://github.com/marlow-fictional">Code</a></body></html>`,
  'https://marlow-studio.example/mentions-legales': `<h1>Mentions légales</h1>
    <p>Le site est édité par la société Marlow Studio SAS, au capital de 10 000 €, immatriculée au RCS de Lyon sous le numéro
    900 000 001, dont le siège social est situé 12 rue des Fictions, 69001 Lyon, France.</p>
    <p>TVA intracommunautaire : FR68 900000001</p>
    <p>Contact : contact@marlow-studio.example, jeanne.imaginaire@marlow-studio.example</p>
    <h2>Hébergeur</h2><p>Nuage Imaginaire SAS, 2 rue du Serveur, 59100 Roubaix, RCS Lille 911 111 102</p>`,
};

/** Edges of the process for a run: this web, no register, no model, unless given. */
export const edges = (
  answers: Record<string, FakeAnswer>,
  {
    registries = [],
    model = null,
  }: { registries?: CompanyRegistry[]; model?: (Model & { budget: ModelBudget }) | null } = {},
) => ({ web: fakeWeb(answers), registries, model });
