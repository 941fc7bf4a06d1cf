/** The one address of a person's LinkedIn profile; null for other pages, such as a company's. */
export function readLinkedin(text: string): string | null {
  const address = text.trim().replace(/[).,;>\]]+$/, '');
  const url = URL.parse(/^https?:\/\//i.test(address) ? address : `https://${address}`);
  if (!url || !/^(?:[a-z]+\.)?linkedin\.com$/.test(url.hostname)) return null;
  const [, slug] = /^\/in\/([^/]{2,150})\/?/.exec(url.pathname) ?? [];
  return slug ? `https://www.linkedin.com/in/${slug.toLowerCase()}` : null;
}
