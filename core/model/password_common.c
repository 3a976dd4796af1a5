/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that the most used passwords are or are made of, in the order of their bytes, one space between. With the digits and signs that people put around
 * them and in place of letters (password.c), they stand for many thousands of passwords.
 */
#include "core/model/password.h"

#include <apr_strings.h>

static const char common[] =
    "010203 101010 102030 11111111 112233 112358 1123581321 121212 123123 123321 123654 131313 13579 142536 "
    "147258369 147852369 159263 159357 159753 1q2w3e 1qaz2wsx 24680 246810 271828 27182818 314159 31415926 "
    "3141592653 357159 369258147 456789 654321 666666 66666666 696969 741852963 753159 777777 789456123 852456 "
    "8675309 88888888 951753 963852741 987654321 a123456 a12345678 a1b2c3 a1b2c3d4 aa123456 abc123 abcabc abcd "
    "abraham access accessgranted accounting acdc achieve achievement acme action actions admin adminadmin "
    "administrator adventure adventures africa agent agent007 airforce ajax alabama alaska alejandra alejandro "
    "alexander alexandra alexandre alice aliceinwonderland alien aliens allah almighty always amanda amazing "
    "amazon amen america american americana amsterdam andrea andrew angel angelica angels ansible anthony "
    "antivirus antonio anyone anything apache apollo apple apples april area51 argentina arizona army arsenal "
    "asd123 asdf asdf1234 asdfasdf asdfgh asdfghjkl ashley asshole athena athens atlanta atlantis atomic audi "
    "august austin australia austria author autumn avatar awesome azerty babe baby babyboy babydoll babygirl bach "
    "backup bailey banana bangalore bangkok bangladesh bank banking barbara barbie barca barcelona barney bart "
    "bartsimpson baseball baseball1 basketball bastard batman bayern bayernmunchen beach bear bears beast beatles "
    "beautiful beckham beer beethoven beginner beijing belgium belief believe believer bella benfica benjamin "
    "berlin best bestfriend bestfriends better beyonce bible bieber bigger biggest biggie billionaire birthday "
    "bismillah bitch bitches blabla blablabla black blackberry blackcat blackjack blaster blessed blessing blink "
    "blink182 blood bloody blue blueberry blues bluesky bobmarley bohemian bomb bomber bond bond007 book books "
    "borussia boss boston boyfriend brain brainiac brandon brasil braveheart brazil britain britney britneyspears "
    "broncos brooklyn brother brothers brown brownie brussels budapest buddha buddies buddy budweiser buffalo "
    "bugatti bulldog bulldogs bulls bullshit bunny burger business buster butterfly byebye c3por2d2 caesar cairo "
    "california camaro camera canada canadian candy candyman cannabis captain captainamerica caramel carlos carol "
    "carolina caroline casablanca cash casino catherine cats cellphone celtics centos champion champions chance "
    "changeit changeme changemenow changepassword charizard charles charlie charlie1 cheers cheese cheesecake "
    "cheeses chelsea cherry chevrolet chevy chicago chicken chile china chinese chloe chocolate chopin christ "
    "christian christina christine christmas christopher church cinderella cinema cisco class classof claudia "
    "cleopatra clever client clients cocacola cocaine coco coconut coffee coffeecup coke college colombia columbo "
    "company computer computers console contoso contrasena cookie cookies cool coolcool cooldude coolgirl coolman "
    "corona corporate correcthorsebatterystaple corvette cosmos counterstrike cowboy cowboys crazy crazygirl "
    "crazyman creative creativity cristian cristina crystal crystals cubs cupcake customer customers cute cutie "
    "cutiepie cyclops daddy daisy dallas dance dancer dancing daniel daniela danielle danmark dark darkness "
    "darling darthvader darwin database daughter david davids davinci dead death debian december default "
    "defaultpassword delhi demo demodemo demon denmark denver desktop destiny detroit deutschland developer "
    "developers development devil dexter diablo diamond diamonds difficult diploma director discord discover "
    "discovery docker doctor dodgers doggy dogs dollar dollars dolphin dolphins donald donaldduck donkey donna "
    "dortmund dragon dragon1 dragonball dragonfly dragons dream dreamer dreaming dreams drummer drums drupal "
    "ducati duck duke dumbass dummy dynamite eagle eagles earth easter easy ecstasy edison eduardo egypt eight "
    "einstein einszweidrei elephant eleven elijah elite elizabeth elmo elvis elvispresley emerald eminem emma "
    "employee energy england english enterprise espana eternal eternity evening everybody everything example "
    "exampleexample excellent excuse expert explore explorer explosive extreme facebook failure fairy fairytale "
    "faith falcon falcons fall families family familyguy fanta fantastic fate father february fedora felix "
    "fernanda fernando ferrari feyenoord film finance finland fire firebird firefly fireman firewall first "
    "fishing five florida flower flowers foobar foobarbaz football football1 footballer ford fordf forest forever "
    "fortnite fortune four france francesco francisco freedom french friday friend friends friendship frodo frog "
    "froggy fuck fucker fuckit fuckme fuckoff fuckyou gabriel gabriela gabriella galaxy galileo gameboy gamer "
    "gamers gaming gandalf ganesha gangsta gangster ganja garfield genius george georgia german germany ghost "
    "giants ginger giovanni girlfriend github gitlab gladiator gmail godbless godfather godisgood godislove goku "
    "gold golden goldfish golf golfer golfing good goodbye goodfellas goodmorning goodnight goofy google "
    "googlegoogle goose gorgeous graduate grandfather grandma grandmother grandpa greece green greenday griffin "
    "guest guestguest guinness guitar guitarman gunsnroses hacked hacker hackers hackme haha hahaha hahahaha "
    "hallelujah halloween halo hamburg hamburger hammer hammertime hannah hannibal happiness happy happyday hard "
    "harley harleydavidson harrypotter haslo hawaii hawk hawks heaven heavenly hehehe heineken hell hello "
    "hellohello hellokitty hellothere helloworld helpdesk helsinki hercules hermione hero heroes heroin heslo "
    "highschool hiphop hithere hobbit hockey hogwarts holiday holland holy holyspirit homer honda honey "
    "honeybunny hongkong hooters hope horse horses hostmaster hotboy hotdog hotgirl hotmail hotstuff hottie "
    "houston hulk hundred hungary hunter hunter2 hunting husband hustler hydra iamgod iamthebest iamtheboss "
    "iamtheking iceberg iceman idiot ilovegod ilovehim iloveme ilovemymom iloveu iloveyou iloveyou1 "
    "iloveyouforever iloveyoumom imagination imagine immortal immortality impossible inception india indian "
    "indiana indonesia infinity insane inspiration inspire instagram inter internet ipad iphone ipsum ireland "
    "irish ironmaiden ironman isabella isabelle islam island israel istanbul italia italian italy jackdaniels "
    "jaguar jamesbond january japan japanese jasmine jasper jayz jazz jedi jehovah jelszo jenkins jennifer "
    "jerusalem jessica jesus jesuschrist jesusislord jesuslovesme jesussaves jewel jonathan joomla jordan joseph "
    "joshua journey juancarlos july june juniper jupiter justin justinbieber juve juventus kanye karen katherine "
    "kathryn kawasaki kennwort kentucky kevin kewl keyboard kiki killer killers kimberly king kingkong kings "
    "kitten kitty kittycat kobe korea krishna kristen kristina kubernetes ladybug ladygaga lake lakers lala "
    "lalala lamborghini laptop lassie lasvegas laugh laura lauren lavender lebron ledzeppelin leet legend "
    "legendary legends lemon lemons leonardo letmein letmeinnow letmeinplease liberty library light lightning "
    "lily linda linkedin linkinpark linux lion lions lisboa liverpool lmao login loginlogin logmein loki lola "
    "lolipop lollipop lollol london long lordoftherings lorem loremipsum lorena lorenzo losangeles loser losers "
    "love loveislove lovelove lovely loveme lover loveyou lozinka lucifer lucky luckyme luckyone lucy luigi lulu "
    "lunatic macbook macgyver madison madonna madrid magazine magento maggie magic magical malaysia mama mami "
    "manager manager2 manchester manchesterunited mango manhattan maniac manila manutd maradona marcelo march "
    "marcos margaret maria mariana marie marijuana marine marines mario marketing marley mars martin martina "
    "martinez mary maryjane master masterkey mastermaster masterpassword matrix matthew mauricio maverick maxim "
    "maximum maximus maxwell maybe mcdonalds medium medusa mega megatron melbourne melissa melon member members "
    "mercedes mercury mermaid messi metal metalhead metallica mexico miami michael michael1 michaeljackson "
    "michelle mickey mickeymouse microsoft midnight miguel milan military million millionaire minecraft minimum "
    "minnie miracle mobile modem molly mommy monday money moneymoney monica monika monitor monkey monkey1 "
    "monkeyman monkeys monster monsterenergy monsters moon moonlight moonshine morning moron morpheus moscow "
    "moses motdepasse mother motherfucker motorola mountain mountains mouse movie movies mozart muffin muhammad "
    "mumbai munich murder music musica musical musician mustang mylove mypassword mysecret mysql nana nancy "
    "napoleon naruto nashville natalie natasha navy ncc1701 nederland neptune netadmin netflix network never "
    "neverland newbie newpassword newspaper newton newyork newyorkcity newzealand nginx nicholas nicole nigeria "
    "night nightmare nine ninja ninjas nintendo nirvana nissan nitro noah nobody nokia nomad noob nopassword "
    "norge normal northwind norway nothing november nuclear number numberone nurse ocean october odin office "
    "officeoffice okay oldpassword oliver olivia olympic olympics olympus onedirection onepiece onetwothree "
    "onetwothreefour online open opensesame openup operator optimus optimusprime oracle orange orchid orgauth "
    "orlando oscar ourpassword outlook p@ssw0rd packers pakistan panda pandas panther papa papi parent parents "
    "paris parola partner pass passe passw0rd passwd password password1 passwordpassword passwort patrice "
    "patricia patrick patriots peace peach peaches pearl pegasus penguin pepper peppers pepsi perfect perfection "
    "peru peterpan philadelphia philippines phoenix phone photo photos piano pianoman picasso picture pictures "
    "pikachu pineapple pink pinkfloyd pinkpink pinky pirate pirates pizza planet playboy player playstation "
    "please pleasechangeme pluto poet poetry pokemon poker pokerface poland police polska pooh porsche portal "
    "portland porto portugal possible postgres postgresql postmaster potato power powerful powerpower "
    "powerrangers praise praisegod pray prayer predator pretty prettygirl prime prince princesa princess "
    "princess1 printer private production professional programmer protect protected protection psycho pumpkin "
    "punk punkrock puppy purple pussy pussycat q1w2e3r4 qazwsx queen qwe123 qweasd qweasdzxc qwer1234 qwerty "
    "qwertyqwerty qwertyuiop qwertz r2d2c3po rabbit rachel racing radio rafael ragnarok raiders rain rainbow "
    "rainbows rambo rangers raphael rapper raspberry raspberrypi reader reading realmadrid rebecca redbull redhat "
    "redred redskins redsox reggae regular ricardo rich richard richie rihanna river robbie robert roberto roblox "
    "rock rocknroll rockon rockstar rocky rockyou rodrigo rofl rollingstones roma rome ronaldo rookie rooney root "
    "rootroot rose roses rotterdam router ruby running russia sabrina safe safety salasana sales samantha sammy "
    "samson samsung samuel samurai sandiego sandra sandy sanfrancisco santiago sapphire sarah sasuke satan "
    "saturday saturn scarface schalke school schumacher scooby scoobydoo scotland scottish screen seattle "
    "sebastian second secret secretagent secretpassword secure security senha seoul september server service "
    "services sesame seven sexy sexyboy sexygirl sexylady shadow shadows shakespeare shakira shanghai shaq shark "
    "sharks sherlock sherlockholmes shit shithead shiva short sifre silver simon simple simpson simpsons "
    "singapore singer singing sister sisters skateboard skater skinny skywalker sleep sleepy slimshady slipknot "
    "small smaller smallest smart smile smiley smoke smoker smokeweed snake snapchat snoop snoopdogg snoopy snow "
    "snowball snowboard snowflake snowman snowwhite soccer softball soldier soldiers solomon someone something "
    "sometimes sonic sony sophia sophie soprano sorry southafrica southpark spain sparta spartan spartans spider "
    "spiderman spidey sporting spotify spring sprite sqlserver staging star starbucks starcraft starlight stars "
    "startrek starwars steelers stephanie stephen steven stockholm stoner storm stormy strawberry student "
    "students stupid subaru success successful sugar sum41 summer summertime sunday sunflower sunlight sunny "
    "sunrise sunset sunshine suomi super superadmin superb superbowl superman supersecret superstar supersuper "
    "superuser support surfer surfing susan suzuki sverige sweden sweet sweetheart sweetie sweetness sweetpea "
    "swimming switzerland sydney sysadmin system systems taiwan tall tampa taylor taylorswift teacher teddybear "
    "telephone television temporarypassword temppassword tennessee tennis terminal terminator tesla test tester "
    "testing testpassword testtest testuser texas thailand thanks thankyou theater theatre thebeast thebest "
    "thebestone theboss theking theone thepassword thequeen third thomas thomasina thor thousand three thug "
    "thuglife thunder thunderbird thunderbolt thursday thx1138 tiger tigers tigger tiktok tinkerbell tired titan "
    "titanic titans today tokyo tomato tomcat tomorrow tonymontana toor topgun topsecret toyota transformers "
    "travel traveler traveller treasure trinity trojan trojans truelove trust trustno trustno1 trustnobody "
    "trustnoone tuesday tulip tupac turbo turkey turtle tweety twelve twitter tyler tyson ubuntu ukraine ultra "
    "unicorn unicorns united universe university unodostres uranus user username useruser vacation vagabond "
    "vagrant valentina valentino vampire vanessa vanilla vegas vegeta vendor venezuela venus veronica verysecret "
    "victor victoria victorious victory video videos vienna vietnam viking vikings violet virginia vivaldi vodka "
    "voldemort volleyball voyage wachtwoord wales wanderer warcraft warrior warriors warszawa wasd washington "
    "water watermelon watson webmaster website wednesday weed weekend welcome welcomeback welcometo werewolf "
    "whatever whatsapp whatthefuck whiskey white wien wife wifi wildcats william windows wine winner winners "
    "winnie winniethepooh winter wintertime wireless witch wizard wolf wolfpack wolverine wolves wonder wonderful "
    "wonderland wordpress work working worldofwarcraft worse worst writer writing xbox yahoo yamaha yankees "
    "yellow yesterday yoda yourpassword youtube zaq12wsx zaq1zaq1 zelda zero zeus zidane zombie zombies zurich "
    "zxc123 zxcvbn zxcvbnm";

/* Whether the word that stands at `at` is `word`, before or after it in order. */
static int compare(const char *word, const char *at)
{
    size_t length = strcspn(at, " ");
    int order = strncmp(word, at, length);
    return order != 0 ? order : word[length] != '\0';
}

static const char *start_of_word(const char *at)
{
    while (at > common && at[-1] != ' ') {
        at--;
    }
    return at;
}

bool oa_password_is_common(const char *word)
{
    const char *low = common, *high = common + sizeof common - 1;
    while (low < high) {
        const char *middle = start_of_word(low + (high - low) / 2);
        int order = compare(word, middle);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + strcspn(middle, " ");
            low += *low == ' ';
        }
    }
    return false;
}
