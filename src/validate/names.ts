/** Names of people told from other names: common given names of many languages, and words that only organisations and things are called by. */

/**
 * Given names that are common in a country or among its emigrants, without accents. Left out are those that are as often a word, a
 * place or a brand (Rose, Paris, Mercedes), since a column of things must not look like one of people.
 */
const GIVEN_NAMES = words(`
  aaron abigail adam adele adrian adriana agnes aidan aileen alan albert alberto alec alejandra alejandro alessandro alex alexander
  alexandra alexis alfonso alfred alfredo alice alicia alison allan allen allison alma alonso alvin alyssa amanda amelia amelie amy
  ana anders andre andrea andreas andrei andres andrew andy angela angelica angelina angelo anita anja ann anna annabelle anne
  annette annie anthony antoine anton antonia antonio anastasia ariana arianna armando arnold arthur arturo ashley astrid audrey
  aurelie axel barbara bart beatrice beatriz becky ben benedict benjamin bernadette bernard bernd bernhard bernice bertha beth
  bethany betty beverly birgit bjorn blanche bob bobby bonnie brad bradley brandon brenda brendan brent brett brian bridget britt
  brittany bruce bruno bryan byron caitlin calvin cameron camila camille candice carl carla carlo carlos carmen carol carole
  carolina caroline carolyn carrie cassandra catalina catarina catherine cathy cecil cecilia celeste celia celine cesar chantal
  charlene charles charlie cheryl chiara chloe chris christa christian christiane christina christine christoph christophe
  christopher cindy claire clara clarence claude claudia claudio clement clifford clyde colette colin colleen connie connor conrad
  constance corinne cornelia cory courtney craig cristian cristina crystal curtis cynthia damian damien dan daniel daniela daniele
  danielle danny daphne darlene darrell darren daryl dave david dean deanna debbie deborah debra delphine denise dennis derek derrick
  desiree devin diana diane dianne didier diego dieter dimitri dirk dmitri dolores dominic dominik dominique don donald donna doreen
  doris dorothea dorothy doug douglas duane dustin dwayne dwight dylan eddie edgar edith edmund eduardo edward edwin eileen elaine
  eleanor elena eleonora elias elisa elisabeth elise elizabeth ella ellen elodie eloise elsa emil emilia emilie emilio emily emma
  emmanuel enrico enrique enzo eric erica erich erik erika erin ernest ernesto erwin esmeralda esteban esther ethan etienne eugene
  eugenia eva evan evelyn fabian fabien fabienne fabio fabrice federico felicia felipe felix ferdinand fernanda fernando filip
  filippo fiona florian floyd franca francesca francesco francine francis francisca francisco franco francois francoise franklin
  franz fred freddie frederic frederick frederik frida friedrich fritz gabriel gabriela gabriele gabrielle gary gavin gemma
  genevieve geoffrey georg george georges georgina gerald geraldine gerard gerardo gerd gerhard gertrude gilbert gilles gina giorgio
  giovanna giovanni gisela giulia giuseppe gladys glen glenda glenn gloria gonzalo gordon grace greg gregor gregory greta guido
  guillaume guillermo gunter gunther gustav gustavo guy gwen hank hannah hanna hannes hanneke hans harald harold harriet harry
  harvey hazel heather hector heidi heike heinrich heinz helen helena helene helga helmut hendrik henk henri henrik henry herbert
  herman hermann hilary hilda holger holly horst howard hubert hugh hugo ian ida ignacio igor ilse inge ingrid ines inga irena irene
  irina iris irma isaac isabel isabella isabelle isabela ivan ivana ivo jacob jacqueline jacques jaime jakob jakub james jamie jan
  jana jane janet janice janine jared jasmin jasmine jason javier jay jean jeanette jeanne jeff jeffery jeffrey jenna jennifer jenny
  jens jeremiah jeremy jerome jerry jesse jessica jessie jesus jill jim jimmy joan joana joann joanna joanne joao joachim jochen
  jodi joe joel joerg jorg johan johann johanna johannes john johnny jon jonas jonathan jordi jorge jose josef josefina joseph
  josephine joshua joyce juan juana juanita judith judy julia julian juliana julie julien juliette julio julius jurgen justin justine
  kai karen karel karin karina karl karla kate katharina katherine kathleen kathryn kathy katia katie katja katrin kay kayla keith
  kelly ken kenneth kerry kevin kim kimberly kirk kirsten klaus konrad kris kristen kristian kristin kristina kristine kurt kyle
  lance larry lars latoya laura laure lauren laurence laurent laurie lawrence lea leah lena lennart leo leon leonard leonardo
  leonor leroy leslie leticia lewis liam lidia liliana lillian linda lindsay lindsey lionel lisa lisbeth lloyd logan lois loic
  loretta lorenzo lori lorraine louis louisa louise luc luca lucas lucia luciano lucie lucien lucille lucy ludovic luigi luis luisa
  luiz lukas luke lydia lynn mabel maddison madeleine madeline magdalena maja malcolm malgorzata manfred manon manuel manuela marc
  marcel marcela marcia marcin marco marcos marcus margaret margarita margit margot marguerite maria mariana marianne maribel marie
  marieke marijke marilyn marina mario marion marisa marius marjorie marlene marta martha martin martina martine marvin mary maryam
  massimo mateo mateusz mathias mathieu mathilde matilda matt matteo matthew matthias matthieu maureen maurice mauricio maurizio
  max maxime maxwell megan mehdi meike melanie melinda melissa mercy michael michaela michal michel michele micheal micaela miguel
  mike mikael mikhail mildred milan milena miles minnie miranda mireille miriam misty mitchell moira mona monica monika monique
  morgan muriel myriam myrtle nadia nadine nancy naomi natalia natalie natasha nathalie nathan nathaniel neil nelson nicholas nick
  nicola nicolas nicole niels nigel nikita nikolai nikolaus nils nina noah noel noemi nora norma norman octavio odette olaf oleg olga
  oliver olivia olivier oscar oskar otto pablo pamela paola paolo pascal patrice patricia patrick patrik paul paula paulina pauline
  paulo pavel pawel pedro peggy penelope penny percy perry peter petra philip philipp philippe phillip phyllis pierre pieter pilar
  piotr priscilla rachel rafael rainer ralf ralph ramon ramona randall randy raoul raphael raquel raul ray raymond rebecca rebekah
  regina reginald reinhard remi renata renate rene renee reto rhonda ricardo riccardo richard rick ricky rita rob robert roberta
  roberto robin rocio roderick rodney rodrigo roger roland rolf roman romain ron ronald ronnie rosa rosalie rosanna rosario
  rosemarie rosemary roxanne roy ruben rudolf rudolph rudy rupert russell ruth ryan sabina sabine sabrina sally salvador salvatore
  sam samantha samuel sandra sandro sandy santiago sara sarah sascha sasha scott sean sebastian sebastien selena serena serge sergei
  sergey sergio seth shane shannon sharon shaun shawn sheila shelby shelly sherry shirley sibylle siegfried sigrid silke silvia silvio
  simon simona simone sofia sofie solange sonia sonja sonya sophia sophie spencer stacey stacy stan stanley stefan stefania
  stefanie stefano steffen stella stephan stephane stephanie stephen steve steven stewart stuart sue susan susana susann susanna
  susanne suzanne suzette sven svetlana sylvia sylvie tamara tammy tania tanja tanya tara tatiana ted teresa teri terrance terrence
  terri terry thea thelma theo theodor theodore theresa therese thibault thierry thomas thorsten tiffany tim timothy tina tobias
  todd tom tomas tomasz tommy toni tony tonya torsten tracey tracy travis trevor tristan troy tyler udo ulf ulrich ulrike ursula uta
  uwe valentina valentin valerie valeria vanessa vera vernon veronica veronika veronique vicki vicky vicente victor vincent vincenzo
  viola violeta virginie vivian viviane vladimir volker wade waldemar walter wanda wayne wendy werner wesley wilfried wilhelm willem
  william willie wilma winifred wojciech wolfgang xavier yann yannick yolanda yves yvette yvonne zachary zoe zofia
  aleksander aleksandra agnieszka andrzej barbora bartosz dariusz dorota ewa grzegorz hana ivona jadwiga jaroslav jerzy jiri joanna
  justyna kamil katarzyna krystyna krzysztof lucyna lukasz maciej marek mariusz miroslav ondrej petr przemyslaw radek rafal ryszard
  slawomir stanislaw tadeusz tereza vaclav vojtech zbigniew zdenek zuzana bogdan bogdana cristian elena gheorghe ioana ion ionut
  mihai mihaela laszlo istvan gabor zoltan ferenc katalin ildiko dragan dusan goran ivica jelena marija marko milos nenad nikola
  slobodan snezana zeljko zoran dimitris giorgos kostas nikos yannis eleni ekaterina elizaveta galina lyudmila nadezhda natalya
  oksana olena tatyana yelena yulia alexey andrey anatoly boris denis evgeny maksim nikolay oleksandr pavlo ruslan vasily viktor
  vyacheslav yuri anneli antti hanne ingeborg jarmo jukka jussi kari kirsi kjell lasse leena magnus marja marko matti mikko olav
  oddvar ole pekka pernille rasmus riikka sami sirpa solveig soren taina tapio timo torbjorn tore tuomas ulla agneta annika asa
  birgitta elin emelie gunilla gunnar hakan ingvar johan kerstin lennart maj malin marita niklas pontus stig sture tuva bas bram
  daan femke gerrit jaap jeroen joost joris karin koen lieke luuk maarten marloes mieke niels pim rik roos ruud saskia sjoerd
  sanne tess thijs wouter afonso beatriz bruno caio catarina duarte edson eduarda fabricio filipa gilberto goncalo inacio joaquim
  larissa leticia luana lurdes marcelo mariza mauro miguel nuno otavio rui sandro tiago thiago vinicius wagner alessia alessandra
  antonella caterina chiara claudia cristiano davide donatella elisabetta emanuele fabrizio federica gianluca gianni giacomo ilaria
  lorena loredana luciana marcella margherita martina michela nicoletta ornella patrizia pietro raffaele roberta rossella silvana
  simone stefania tiziana tommaso umberto valentina vittorio alejandra amparo andres begona belen concepcion consuelo dolores
  encarnacion eugenio fatima gerardo guadalupe inmaculada isidro jacinto javier joaquin lorena lourdes maite marisol mercedes
  montserrat nieves nuria olga pilar remedios rocio rosalia salvador soledad tomas ximena yolanda
  abdul abdullah adnan ahmad ahmed aisha ali amal amina amir anwar asma ayesha bilal farah farid fatima fatma habib hamid hamza hasan
  hassan hussain hussein ibrahim imran ismail jamal jamila karim khadija khaled khalid leila layla mahmoud majid malik mansour
  mariam mohamed mohammad mohammed muhammad mustafa nabil nadia naser nasser noor omar osama rashid rania samir saleh salma samira
  tariq usman yasmin yasmine youssef yusuf zahra zainab aylin ayse burak cem deniz elif emine emre fatih gul hakan hatice huseyin
  mehmet merve murat mustafa omer ozlem selim serkan sevgi sibel tuncay umut yilmaz zeynep zehra
  aditi aditya ajay akash amit amita anand anil anita anjali ankit ankita anup aparna arjun arun aruna arvind asha ashok bharat deepa
  deepak dinesh divya ganesh gaurav geeta gopal hari harish indira jaya jyoti kamal karan kavita kiran krishna kumar lakshmi lalit
  mahesh manish manoj meena meera mohan mukesh naveen neha nikhil nisha nitin padma pooja prakash pradeep pramod prasad praveen
  preeti priya rahul raj rajesh raju rakesh ram ramesh ravi rekha ritu rohan rohit sanjay sandeep sangeeta sarita satish savita
  shanti shreya shruti sneha sudha sunil sunita suresh sushma swati uma usha vandana vijay vikas vikram vinod vivek
  akira aiko chen cheng daisuke hana haruka haruki hiroshi hiro huang hye jian jiho jin jing jun junko kaori keiko kenji kenta li ling
  mei mika minh min minseo naoko ngoc nguyen ryo satoshi seojun shinji sora soo takashi takeshi tomoko wei xiao yan yang yoko yong
  yoshi young yuki yuko yumi zhang zhao adebayo adaeze amara chidi chinedu chioma emeka folake funmilayo ifeoma kwabena kwame
  ngozi nkechi obinna olumide oluwaseun temitope thabo themba zanele wanjiru
  jazmin jazmine kaitlyn kaylee keisha kelsey kendra kristopher krystal latasha leigh lonnie luther madelyn marguerite marla
  maryann maryellen melvin merle meredith misti myra noreen pat patti paulette polly quentin reid rodolfo rosalind rosie sherri
  bozena kazimierz bogumila gustaw malwina zenon halina elzbieta danuta jolanta iwona beata urszula wieslaw henryk jozef edmund
  michal pawel lukasz zofia teresa genowefa stefania marianna tomasz mateusz jakub oliwia zuzanna hubert krystian marzena sylwia
  aimee aurelia bao corliss wilburn jenette salena tressa sherryl terrell lucinda dorris jessika marcelino maren leonida
  sherman sheldon sidney stacie sylvester tabitha tanisha tasha teddy terence tricia trisha valarie velma verna viki wilbur
  winston wm yesenia yvonne clementine clementina ervin leanne glenna leanna lorena chelsey kurtis noe averie emerson evelyne
`);

/** Words that are in names of organisations, shops, places and things, not in names of people. */
const OTHER_NAMES = words(`
  inc llc llp ltd limited corp corporation co company gmbh ag kg kgaa mbh plc sas sarl srl spa bv nv oy aps asa pty pte holding
  holdings group groupe gruppe bank bancorp banco banque trust fund foundation fondation stiftung university universitat universite
  universidad college school schule ecole academy institute institut institution hospital clinic klinik clinique medical center
  centre zentrum restaurant cafe bistro pub pizza pizzeria kebab grill kitchen takeaway tandoori spice curry sushi bakery
  hotel inn motel resort museum airport station store stores shop market supermarket mall outlet service services solutions
  systems technologies technology software hardware labs laboratories industries industrial international global association society
  council committee commission department ministry agency authority office bureau club league team union party library theatre
  theater cinema gallery county city town village district province republic road street avenue food foods farm farms garage
  motors auto automotive airlines airways shipping logistics transport power electric gas oil water insurance versicherung
  assurance partners enterprises ventures capital investments consulting consultants advisors associates media press publishing news
  radio television studio studios records books pharmacy apotheke pharmacie laboratory dental care health wellness fitness
  administration server client database table column field index category product products item type version default example
  sample unknown anonymous admin user users customer customers supplier vendor account project
  the and of for to with from into set setup build buildx push pull checkout upload download install configure deploy release lint
  run test tests login logout docker checking savings activity pipeline notebook plugin plugins linux ubuntu debian windows
`);

/** True when a word of the value is a common given name. */
export function givenName(value: string): boolean {
  return wordsOf(value).some((word) => GIVEN_NAMES.has(word));
}

/** True when the value has words, and none that organisations, shops, places or things are called by. */
export function notOrganisation(value: string): boolean {
  const names = wordsOf(value).filter((word) => word !== '');
  return names.length > 0 && value.length <= LONGEST_NAME && !names.some((word) => OTHER_NAMES.has(word));
}

/** UTF-16 units. */
const LONGEST_NAME = 120;

/** In lower case, without accents and digits (generators write `Kris249`). */
function wordsOf(value: string): readonly string[] {
  return value
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}\p{N}]/gu, '')
    .replace(/[łøđßæœı]/g, (letter) => PLAIN[letter] ?? letter)
    .split(/[^\p{L}]+/u);
}

/** Letters whose stroke or ligature is not an accent to Unicode. */
const PLAIN: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i' };

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
