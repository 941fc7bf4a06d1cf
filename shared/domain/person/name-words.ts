import { foldText } from '../names.ts';

/** The words that tell how a name is built, all folded: lower-case, without accents. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** Little words that open a family name. */
export const particles = words(
  'de du des d la le las los les von van der den ter ten te zu zum zur vom da das do dos di del della dello dei degli al el ' +
    'bin ibn ben abu af av t op st in aan bij',
);

/** Words between two family names: Ramón y Cajal, Costa e Silva, Gasol i Sáez. */
export const joiners = words('y e i');

/** What follows "María de(l)" in a given name. */
export const marianNames = words(
  'carmen pilar mar rosario angeles dolores mercedes luz rocio sol valle nieves lourdes fatima gracia jesus consuelo ' +
    'remedios socorro cruz paz',
);

/** Family names of the Spanish-speaking world: one of them before the last word makes a double name. */
const hispanicNames = words(
  'garcia martin moreno ruiz diaz alonso torres navarro romero gil serrano molina castro ortega rubio marin sanz ' +
    'iglesias garrido cruz vega fuentes herrera medina reyes vargas ramos flores munoz blanco delgado ortiz castillo ' +
    'guerrero lozano cano prieto calvo gallego vidal leon herrero cabrera campos pena aguilar mendoza rojas salazar ' +
    'soto rivera guzman silva',
);

/** True for García and for every name in -ez: Pérez, Márquez, Rodríguez. */
export const isHispanicName = (folded: string): boolean =>
  hispanicNames.has(folded) || (folded.length >= 5 && folded.endsWith('ez'));

/** Chinese, Korean and Vietnamese family names in Latin letters, which open the name. */
export const eastAsianNames = words(
  'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang deng feng ' +
    'peng zeng xiao cai cao dong jiang kong lu pan qian shen shi su tan wei xiong xue yan yao ye yu yuan zhong zou ' +
    'chan cheung chow kwok kwan lam lau leung ng wong yeung tsang tse ' +
    'kim lee park choi jung jeong kang cho yoon jang lim han shin seo kwon hwang ahn song hong yoo jeon moon bae ' +
    'nguyen tran pham huynh hoang phan vu vo dang bui do ho ngo duong ly',
);

/** Forms of address and titles before a name. */
export const addresses = words(
  'mr mrs ms miss dr prof professor m mme mlle monsieur madame mademoiselle maitre herr frau hr sr sra srta senor ' +
    'senora sig sigra signor signora dott dottssa avv dhr mevr mevrouw ing dipl mag',
);

/** Degrees behind a name. */
export const degrees = words(
  'phd mba msc bsc ma ba md jd llm llb cpa cfa esq dphil mphil meng beng acca aca fca',
);

/** Behind a family name and part of it. */
export const generations = words('jr jnr sr snr ii iii iv');

/** Two- and three-letter forms that are written like a word; others of that length count only in capitals. */
const mixedForms = words('ltd inc srl pty llc plc oyj kft');

/** Whether a word that `isLegalForm` knows is one here: "Sa" and "Ek" are family names too. */
export const isWrittenAsForm = (word: string, folded: string): boolean => {
  if (folded.length > 3 || mixedForms.has(folded)) return true;
  const letters = word.replace(/\./g, '');
  return letters === letters.toUpperCase() && !/[^\p{ASCII}]/u.test(letters);
};

/** Words of organisations and of shared mailboxes: nobody is called by them. */
export const notPeople = words(
  'group groupe gruppe grupo gruppo holding holdings services service consulting solutions partners technologies ' +
    'technology tech systems studio studios agency agence agentur institut institute university universite universitat ' +
    'universidad association verein stiftung fondation foundation hotel restaurant banque stadtwerke gesellschaft ' +
    'vennootschap societe sociedad societa enterprises industries international logistics media digital software labs ' +
    'cie compagnie company firma sohne fils sons kanzlei cabinet ' +
    'team support sales billing accounting accounts accountant invoice invoices invoicing office department dept desk ' +
    'helpdesk info contact admin administrator noreply reply newsletter notification notifications marketing ' +
    'customer kundenservice kundendienst buchhaltung rechnung rechnungen vertrieb einkauf comptabilite compta ' +
    'facturation facture factures secretariat accueil direction contabilidad facturacion administracion ' +
    'amministrazione fatturazione contabilita administratie boekhouding facturen klantenservice equipe equipo ' +
    'regards salutations cordialement grussen gruesse grusse groeten saludos saluti thanks merci danke sent from ' +
    'phone fax mobile iphone android street strasse rue avenue boulevard road postfach',
);

/** Words of what somebody does. */
const jobs = words(
  'ceo cto cfo coo cmo cio cpo ciso chro vp svp evp pdg daf drh dg head chief director directeur directrice direktor ' +
    'direktorin director directora direttore direttrice directeur manager managing gerant gerante geschaftsfuhrer ' +
    'geschaftsfuhrerin geschaeftsfuehrer geschaeftsfuehrerin prokurist leiter leiterin leitung verantwortlich ' +
    'verantwortliche responsable responsabile engineer ingenieur ingenieure ingenieurin ingeniero ingeniera ingegnere ' +
    'developer developpeur developpeuse entwickler entwicklerin desarrollador desarrolladora sviluppatore ' +
    'ontwikkelaar architect architecte architekt architektin consultant consultante berater beraterin consultor ' +
    'consultora consulente adviseur adviser advisor accountant comptable buchhalter buchhalterin contable contabile ' +
    'boekhouder controller treasurer auditor analyst analyste analista assistant assistante assistent assistentin ' +
    'asistente assistente secretary secretaire sekretar sekretarin founder cofounder fondateur fondatrice grunder ' +
    'grunderin fundador fundadora fondatore oprichter owner inhaber inhaberin proprietaire president presidente ' +
    'presidenta vice partner associate associe associee officer lead specialist specialiste coordinator coordinateur ' +
    'coordinatrice coordinador coordinadora representative executive agent lawyer avocat avocate rechtsanwalt ' +
    'rechtsanwaltin abogado abogada avvocato designer buyer acheteur acheteuse einkaufer einkauferin planner ' +
    'technician technicien technicienne techniker technikerin tecnico technicus commercial commerciale vendeur ' +
    'verkaufer verkauferin salesperson scientist researcher chercheur chercheuse professor recruiter notaire gerente ' +
    'medewerker medewerkster bestuurder hoofd inkoper verkoper zaakvoerder impiegato impiegata ragioniere empleado empleada jefe jefa charge chargee stagiaire intern trainee werkstudent editor redacteur',
);

/** True for a line that says what somebody does. */
export const namesAJob = (line: string): boolean =>
  foldText(line)
    .split(' ')
    .some((word) => jobs.has(word));

/** True for a line with a word that no person is called by. */
export const namesNoPerson = (line: string): boolean =>
  foldText(line)
    .split(' ')
    .some((word) => notPeople.has(word));

const greetings = words(
  'hello hi hey dear bonjour bonsoir cher chere hallo liebe lieber guten sehr hola estimado estimada querido querida ' +
    'ciao gentile caro cara beste geachte good',
);

/** True for a line that speaks to somebody, who did not sign it. */
export const isGreeting = (line: string): boolean => greetings.has(foldText(line).split(' ')[0] ?? '');
