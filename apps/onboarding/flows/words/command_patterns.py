"""Patterns of the universal commands. Each must match the whole utterance, polite words aside."""

# ruff: noqa: E501 - tables of words read better in full lines

POLITE_BEFORE = (
    "please|ok|okay|hey|hi|hello|sorry|um|uh|well|so|no|yes|and|then|can you|could you|can we|could we|may i|may we|can i|"
    "could i|would you|will you|i want to|i wanna|i'd like to|i would like to|i wish to|we want to|we'd like to|"
    "i need to|i have to|let us|let's|lets|let me|just|kindly|i think|actually|wait|bhai|bhaiya|zara|mujhe|hume|"
    "hum|main|abhi|kripya|कृपया|मुझे|हमें|जरा|अभी|अब|ab|i'll|i will|we'll|we will|i|we|excuse me|oh|i'd|we'd"
)
POLITE_AFTER = (
    "please|now|right now|for now|thanks|thank you|sir|madam|ma'am|ji|then|here|this time|yaar|bhai|again please|"
    "instead|जी|अभी|कृपया|सर|भाई|plz|pls|kripya|immediately|ok|okay|yet|at the moment|i think"
)

_IT = "(?: (?:this|that|it|one|these|those|the|question|this question|that question|the question|this one|that one|this step))?"
_PERSON = (
    "(?:person|human|human being|agent|live agent|real person|someone|somebody|operator|representative|rep|manager|"
    "supervisor|executive|people|staff member|customer care|customer service|customer support|support|support team|"
    "support person|help desk|helpdesk|team|someone real|real human|somebody real|colleague|employee|your team|"
    "someone else|someone from your team|an expert|expert|insaan|aadmi|vyakti)"
)
_ARTICLE = "(?: (?:a|an|the|some|your|any|real|live|actual))*"

PATTERNS: dict[str, tuple[str, ...]] = {
    "skip": (
        f"skip{_IT}", "skip (?:to|over).{0,20}", "next(?: question| one)?", "pass(?: on this(?: one)?)?", "move on", "go next",
        "(?:go|move)(?: on)? to(?: the)? next(?: question| one)?", "(?:really |just )?(?:don't|dont|do not|didn't|did not) (?:really )?(?:know|remember)"
        "(?: (?:that|this|it|yet|the answer|about that|about it|exactly|off hand|for sure))?",
        "(?:have )?(?:no|not any) idea", "(?:have )?no clue", "(?:i'm |am |we're |are )?(?:not|un) ?sure(?: (?:about that|about this|about it))?",
        "(?:can't|cannot|can not) (?:say|tell|answer|remember)(?: (?:that|this|it|you))?", "(?:not|un) ?known", "n a", "not applicable",
        "leave (?:it|this|that)(?: one)?(?: (?:blank|empty|out|open|for later))?", "later", "ask(?: me)?(?: (?:this|that|it))? later", "maybe later",
        "(?:tell|answer|do|give|decide|fill)(?: you)?(?: (?:that|this|it))?(?: in)? later", "not now",
        "(?:don't|do not) want to (?:answer|say|tell|share)(?: (?:that|this|it|you))?",
        "(?:would )?(?:prefer|rather) not(?: to)? (?:say|answer|tell|share)", "no (?:answer|comment)",
        "(?:(?:i|we) )?(?:don't|do not) have (?:it|one|that|this|any yet|that information|the information|an answer)(?: (?:yet|with me|at hand))?",
        "(?:not|haven't|have not|isn't|hasn't)(?: been)?(?: yet)? decided", "not decided", "tbd", "to be (?:decided|confirmed)",
        "(?:have|need) to check", "check(?: (?:that|it|this))? (?:first|later)", "ignore(?: (?:this|that|it))?(?: question)?", "omit(?: (?:this|that|it))?",
        "dont know", "no idea about (?:that|this|it)", "do this one later", "come back to (?:this|that|it)(?: one)?(?: later)?",
        "छोडो", "छोड दो", "छोडिए", "छोड दीजिए", "इसे छोडो", "इसे छोड दो", "यह सवाल छोडो", "आगे बढो", "आगे बढें", "आगे चलो", "आगे", "अगला(?: सवाल)?",
        "(?:मुझे |हमें )?(?:नहीं पता|पता नहीं|नहीं मालूम|मालूम नहीं)(?: है)?", "रहने दो", "रहने दीजिए", "बाद में(?: बताऊंगा| बताऊंगी| बताएंगे| बताता हूं)?", "स्किप(?: करो| करें| कर दो)?",
        "(?:isko |ise |yeh sawal |ye sawal |ye )?(?:chhodo|chodo|chhod do|chod do|chhodiye|chodiye|skip karo|skip kar do|skip kare|skip kijiye)",
        "aage(?: badho| badhe| chalo| badhiye)?", "agla(?: sawal| question)?", "(?:mujhe |humein |hume )?(?:nahi|nahin) (?:pata|maloom|malum)(?: hai)?",
        "(?:pata|maloom|malum) (?:nahi|nahin)(?: hai)?", "rehne do", "rahne do", "baad (?:mein|me)(?: batata hoon| bataunga| batayenge| dekhenge)?",
    ),
    "back": (
        "(?:go |take me |come |move |step |get )?back(?: one| a step| one step| one question| a question)?",
        "(?:go |take me |move )?(?:back )?to(?: the)? (?:previous|last|earlier)(?: question| one| step)?", "(?:the )?previous(?: question| one| step)?",
        "undo(?: (?:that|it|this|my last answer|the last answer))?", "(?:the )?last question", "return", "(?:one )?step back",
        "(?:change|correct|edit|fix|redo)(?: my| the) (?:last|previous|earlier)(?: (?:answer|question|one))?",
        "(?:that|it|this) (?:was|is) (?:wrong|not right|incorrect|a mistake)", "wrong answer", "(?:i )?made a mistake", "(?:i )?(?:said|answered|entered) (?:that|it) wrong(?:ly)?",
        "redo(?: (?:that|it))?", "(?:i )?want to go back", "go backwards", "back up",
        "पीछे(?: जाओ| चलो| जाना है| जाएं| चलें)?", "वापस(?: जाओ| चलो| जाना है| जाएं)?", "पिछला(?: सवाल| प्रश्न)?", "पिछले सवाल पर(?: जाओ| चलो)?", "गलती हो गई", "गलत हो गया",
        "(?:peeche|piche|peechhe)(?: jao| chalo| jana hai| jaiye)?", "(?:wapas|vapas|wapis)(?: jao| chalo| jana hai| jaiye)?",
        "(?:pichla|pichhla)(?: sawal| question)?", "pichle sawal (?:par|pe)(?: jao| chalo)?", "galti ho gayi", "galat ho gaya",
    ),
    "repeat": (
        "(?:can you )?repeat(?: (?:that|it|the question|this|your question|again|yourself))*", "say(?: (?:that|it|this))? (?:again|once more|one more time)",
        "(?:once|one time)? ?again", "once more", "one more time", "(?:come|say) again", "pardon(?: me)?", "i beg your pardon", "what did you (?:just )?(?:say|ask)(?: me)?",
        "what(?: was| is|'s)? ?(?:that|the question|your question)(?: again)?", "(?:i )?(?:didn't|did not|couldn't|could not) (?:quite )?(?:hear|catch)(?: (?:you|that|it|the question))?",
        "(?:sorry )?what", "huh", "(?:ask|tell|read)(?: me)?(?: (?:that|it|this|the question))? (?:again|once more|one more time)", "what were you (?:saying|asking)",
        "(?:please )?(?:read|show)(?: me)? the question(?: again)?", "which question", "what was the question again", "excuse me", "speak (?:louder|up)",
        "(?:hello|hi|hey)(?: there| again)?", "good (?:morning|afternoon|evening)", "(?:many )?(?:thanks|thank you)(?: (?:so|very) much| a lot)?", "are you (?:there|still there)",
        "namaste", "namaskar", "dhanyavad", "shukriya", "नमस्ते", "नमस्कार", "धन्यवाद", "शुक्रिया",
        "फिर से(?: बोलो| बोलिए| बताओ| बताइए| कहो| कहिए| पूछो| पूछिए)?", "दोबारा(?: बोलो| बोलिए| बताओ| बताइए| कहो| कहिए| पूछो| पूछिए)?", "दुबारा(?: बोलो| बोलिए| पूछो)?", "दोहराओ", "दोहराइए", "सवाल दोहराओ", "सवाल दोहराइए", "क्या कहा(?: आपने)?", "क्या बोला", "एक बार (?:और|फिर)", "क्या पूछा",
        "(?:phir|fir|phirse|firse)(?: se)?(?: bolo| boliye| batao| bataiye| kaho| kahiye| poochho| pucho| puchiye)?", "(?:dobara|dubara)(?: bolo| boliye| batao| kaho| pucho)?", "(?:sawal )?(?:dohrao|dohraiye|repeat karo|repeat kijiye)",
        "kya (?:kaha|bola|poocha|pucha)(?: aapne)?", "ek baar (?:aur|phir|phir se|fir)",
    ),
    "explain": (
        "why(?: .{1,60})?", "what do you mean(?: (?:by (?:that|this|it)|with that))?", "what does (?:that|this|it) mean", "explain(?: .{1,30})?",
        "what (?:is|are) (?:that|this|it|these|those)(?: (?:for|about|needed for))?", "what's (?:that|this|it)(?: for| about)?", "(?:i )?(?:don't|dont|do not|didn't|did not) (?:understand|get it|follow|get that|get the question)(?: .{1,20})?",
        "help(?: me)?(?: (?:with this|here|understand))?", "i need help", "how (?:do|should|can|am) i (?:answer|supposed).{0,20}", "what (?:should|do|can) i (?:say|answer|write|put|enter)(?: here)?", "(?:give me|can i have|show me)(?: an| some)? examples?",
        "for example", "such as", "what for", "for what(?: purpose)?", "tell me more", "more (?:info|information|details)", "how come", "what do you (?:need|want|use) (?:this|that|it) for", "what (?:is|are) (?:this|that|it) (?:used|needed|good) for",
        "is (?:this|that|it) (?:necessary|needed|important|required|mandatory)", "(?:do|must) i (?:have|need) to (?:answer|tell|say)(?: (?:this|that|it))?", "what kind of answer.{0,20}", "what (?:are|were) (?:the|my) (?:options|choices)", "which options.{0,20}", "what's the (?:reason|purpose|point)", "what is the (?:reason|purpose|point)(?: of .{1,20})?",
        "क्यों(?: .{1,40})?", "(?:यह |ये )?क्यों (?:पूछ|चाहिए).{0,20}", "(?:यह |ये |इसकी |आप यह |आप ये |आप )?(?:क्यों|जरूरत क्यों|जरूरत क्या)(?: .{1,30})?", "(?:क्या )?मतलब(?: क्या)?(?: है)?", "इसका (?:क्या )?मतलब(?: क्या)?(?: है)?", "(?:मैं )?(?:समझ नहीं (?:आया|आ रहा)|समझा नहीं|नहीं समझा|समझी नहीं)", "समझाओ", "समझाइए", "मदद(?: करो| चाहिए| कीजिए)?", "उदाहरण(?: दो| दीजिए)?",
        "(?:yeh |ye |aap |aap yeh |aap ye |iski )?(?:kyon|kyun|kyu|kyo)(?: .{1,40})?", "(?:kya )?matlab(?: kya)?(?: hai)?", "iska (?:kya )?matlab(?: kya)?(?: hai)?", "(?:samajh (?:nahi|nahin) (?:aaya|aya|aa raha)|samjha nahi|nahi samjha)", "samjhao", "samjhaiye", "madad(?: karo| chahiye)?", "udaharan(?: do)?",
    ),
    "cancel": (
        "cancel(?: (?:everything|it|all|this|that|all of it|all of this|the whole thing|whole thing|the onboarding|onboarding|the session|session|this session|the process|process|the setup|setup|the whole process|my onboarding))?",
        "stop(?: (?:everything|it|this|the onboarding|the process|the session|here|the whole thing))?", "quit(?: (?:this|the onboarding|everything))?", "exit", "abort(?: (?:this|everything|the process|it))?", "abandon(?: (?:this|everything|it))?",
        "(?:end|close|terminate)(?: (?:the|this))? (?:session|conversation|onboarding|chat|process)", "give up", "i give up", "forget (?:it|everything|about it|the whole thing|this)", "(?:delete|discard|drop|scrap) (?:everything|all|all of it|it all|the whole thing)",
        "(?:don't|do not) want to (?:continue|go on|do this)(?: anymore| any more)?", "call it off", "no longer (?:want|need) (?:this|it|to continue)",
        "(?:सब |सब कुछ |पूरा |यह |इसे )?(?:रद्द|कैंसल|कैंसिल)(?: (?:करो|कर दो|करें|कीजिए|कर दीजिए|करना है))?", "बंद (?:करो|कर दो|करें|कीजिए)", "रोक दो", "रोको", "सब बंद करो",
        "(?:sab |sab kuch |sabkuch |pura |poora |ise |isko )?(?:cancel|radd|kancel)(?: (?:karo|kar do|kare|karein|kijiye|kar dijiye|karna hai))", "radd", "(?:sab )?band (?:karo|kar do|kijiye)", "rok do", "roko",
    ),
    "hand_off": (
        f"(?:talk|speak|chat|discuss|be connected|get connected)(?: (?:with|to))?{_ARTICLE} {_PERSON}(?: .{{0,30}})?",
        f"(?:connect|transfer|forward|redirect|put|pass|hand|switch|refer)(?: (?:me|us))?(?: (?:over|through))?(?: (?:with|to))?{_ARTICLE} {_PERSON}(?: .{{0,20}})?",
        f"(?:get|give|bring|find|send)(?: (?:me|us|in))*{_ARTICLE} {_PERSON}(?: .{{0,20}})?", f"(?:i )?(?:need|want|prefer|would like|like|demand){_ARTICLE} {_PERSON}(?: .{{0,20}})?",
        f"is there{_ARTICLE} {_PERSON}(?: .{{0,30}})?", f"(?:have|let){_ARTICLE} {_PERSON} (?:call|contact|help|ring)(?: (?:me|us))?", "(?:a )?(?:human|real person|real human|live agent|agent|operator|representative|customer (?:care|service|support)|live person|person)",
        "hand ?off", "hand ?over", "hand (?:it|me|this) (?:off|over)", "escalate(?: (?:this|it))?", "(?:don't|do not) want to (?:talk|speak|chat) (?:to|with) (?:a |an |this |the )?(?:bot|machine|robot|computer|ai)", "no (?:bots?|robots?|machines?)", "(?:this|the) bot (?:is|isn't|does|doesn't).{0,40}",
        "(?:can |could )?(?:someone|somebody|anyone) (?:call|contact|help|ring|phone)(?: (?:me|us))?", "call me back", "have someone (?:call|contact)(?: me| us)?",
        "(?:मुझे |हमें )?(?:किसी |एक |असली )*(?:व्यक्ति|इंसान|आदमी|मैनेजर|अधिकारी|एजेंट|कर्मचारी|किसी) से (?:बात|कनेक्ट)(?: .{0,25})?", "(?:मुझे )?किसी से बात(?: .{0,25})?", "(?:इंसान|एजेंट|व्यक्ति)", "(?:किसी )?(?:व्यक्ति|इंसान|आदमी) को (?:बुलाओ|बुलाइए|जोडो|जोडें|जोडिए)", "(?:मुझे )?(?:इंसान|व्यक्ति|आदमी) चाहिए",
        "(?:kisi |ek |asli )*(?:insaan|insan|aadmi|vyakti|manager|agent|officer|adhikari|human|person) se (?:baat|connect)(?: .{0,25})?", "kisi se baat(?: .{0,25})?", "(?:kisi )?(?:insaan|insan|aadmi|vyakti) ko (?:bulao|bulaiye|jodo)", "(?:insaan|insan|vyakti) chahiye", "insaan|insan",
    ),
    "propose": (
        "(?:that's|that is|thats|this is) (?:all|it|everything|enough)(?: .{0,30})?", "propose(?: .{0,40})?", "(?:start|begin|make|create|show|generate|prepare|give|build|see|view|draft|get)(?: (?:me|us|with))*(?: (?:a|the|your|my))? (?:proposal|recommendations?|configuration|suggestion|suggestions|plan|setup)(?: .{0,20})?",
        "go ahead(?: and propose| with (?:the|a) proposal)?", "(?:i'm|i am|we're|we are|am|are)? ?(?:done|finished|through|ready)(?: (?:here|with (?:this|the questions)|for (?:the|a) proposal|to propose))?", "finish(?: (?:now|early|up|it))?", "(?:enough|no more)(?: questions?)?", "(?:enough|no more) (?:for (?:now|today)|of this)", "complete(?: it)?", "wrap(?: it| this)? up",
        "(?:proceed|continue)(?: to| with)(?: the| a)? (?:proposal|recommendations?|configuration)", "submit(?: (?:it|this|now))?", "nothing (?:more|else) to (?:add|say)", "stop asking(?: (?:me )?questions)?", "(?:don't|do not) ask(?: me)? (?:any ?more|more)(?: questions)?", "what do you (?:propose|suggest|recommend)",
        "(?:अभी |अब )?(?:प्रस्ताव|सुझाव)(?: (?:बनाओ|बनाएं|बनाइए|दिखाओ|दिखाइए|दो|दीजिए|बना दो|तैयार करो|शुरू करो))?", "बस(?: इतना ही| हो गया| काफी है)?", "हो गया", "इतना (?:ही|काफी)(?: है)?", "और सवाल (?:नहीं|मत).{0,10}",
        "(?:abhi |ab )?(?:prastav|proposal)(?: (?:banao|banaiye|dikhao|do|bana do|dijiye|taiyar karo|shuru karo))", "bas(?: itna hi| ho gaya| kaafi hai| kafi hai)?", "ho gaya", "itna (?:hi|kaafi|kafi)(?: hai)?",
    ),
    "more_questions": (
        "(?:a )?(?:few )?more questions?", "(?:do |answer |try )?(?:a )?few more", "ask(?: me)? (?:the rest|the others|everything)(?: of .{1,20})?", "the rest", "(?:ask|answer|take)(?: me)?(?: (?:a few|some|the))?(?: (?:more|other|remaining|rest of the))? questions?", "ask(?: me)? more", "continue(?: (?:with|asking))?(?: (?:the|more|questions|asking))*", "carry on", "go on", "keep (?:going|asking)", "more", "resume", "keep on",
        "(?:और|कुछ और) सवाल(?: पूछो| पूछिए| पूछें)?", "जारी रखो", "जारी रखिए", "और पूछो", "(?:aur|kuch aur) sawal(?: pucho| puchiye| poochho)?", "(?:jaari|jari) rakho", "aur (?:pucho|poochho)",
    ),
}  # fmt: skip
