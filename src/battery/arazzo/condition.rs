//! Simple conditions of criteria (Arazzo 1.0, "Criterion Object"): literals, operators, expressions.

use serde_json::{Number, Value};

use super::expression::Expression;

/// A condition that is true or false.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One of them is.
    Any(Vec<Condition>),
    /// All of them are.
    All(Vec<Condition>),
    /// It is not.
    Not(Box<Condition>),
    /// Two values compare so.
    Compare(Operand, Comparison, Operand),
    /// A value is true.
    Is(Operand),
}

/// A value in a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// As it stands there.
    Literal(Value),
    /// That of an expression.
    Expression(Expression),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// The deepest nesting of groups.
const DEEPEST: usize = 64;

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub fn parse(text: &str) -> Result<Condition, String> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: &tokens,
            at: 0,
            depth: 0,
        };
        let found = parser.any()?;
        match parser.peek() {
            None => Ok(found),
            Some(token) => Err(format!("`{}` is one too many", token.shown())),
        }
    }

    /// The expressions in it, in their order.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut out = Vec::new();
        self.gather(&mut out);
        out
    }

    fn gather<'c>(&'c self, out: &mut Vec<&'c Expression>) {
        let mut operand = |one: &'c Operand| {
            if let Operand::Expression(one) = one {
                out.push(one);
            }
        };
        match self {
            Condition::Any(all) | Condition::All(all) => {
                all.iter().for_each(|one| one.gather(out));
            }
            Condition::Not(one) => one.gather(out),
            Condition::Compare(one, _, other) => [one, other].into_iter().for_each(operand),
            Condition::Is(one) => operand(one),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    Not,
    And,
    Or,
    Compare(Comparison),
    Operand(Operand, String),
}

impl Token {
    pub(super) fn shown(&self) -> &str {
        match self {
            Token::Open => "(",
            Token::Close => ")",
            Token::Not => "!",
            Token::And => "&&",
            Token::Or => "||",
            Token::Compare(Comparison::Equal) => "==",
            Token::Compare(Comparison::Unequal) => "!=",
            Token::Compare(Comparison::Less) => "<",
            Token::Compare(Comparison::AtMost) => "<=",
            Token::Compare(Comparison::More) => ">",
            Token::Compare(Comparison::AtLeast) => ">=",
            Token::Operand(_, text) => text,
        }
    }
}

/// The longest first.
const SIGNS: [(&str, Token); 14] = [
    ("&&", Token::And),
    ("||", Token::Or),
    ("==", Token::Compare(Comparison::Equal)),
    ("!=", Token::Compare(Comparison::Unequal)),
    ("<=", Token::Compare(Comparison::AtMost)),
    (">=", Token::Compare(Comparison::AtLeast)),
    ("<", Token::Compare(Comparison::Less)),
    (">", Token::Compare(Comparison::More)),
    ("!", Token::Not),
    ("(", Token::Open),
    (")", Token::Close),
    // An expression in a condition may stand in braces, and so may a condition.
    ("{", Token::Open),
    ("}", Token::Close),
    ("=", Token::Close),
];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (value, length) = quoted_text(quoted)?;
            let shown = rest[..=length].to_owned();
            out.push(Token::Operand(Operand::Literal(Value::from(value)), shown));
            rest = rest[length + 1..].trim_start();
            continue;
        }
        let sign = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        match sign {
            Some(("=", _)) => return Err("a single `=` compares nothing: write `==`".to_owned()),
            Some((sign, token)) => {
                out.push(token.clone());
                rest = rest[sign.len()..].trim_start();
            }
            None => {
                let is_end = |c: char| c.is_whitespace() || "=!<>&|(){},'\"".contains(c);
                let end = rest.find(is_end).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                out.push(Token::Operand(operand(word, rest)?, word.to_owned()));
                rest = after.trim_start();
            }
        }
    }
    Ok(out)
}

/// The text up to the closing quote, in which two quotes are one; and the bytes that it takes, with that quote.
fn quoted_text(text: &str) -> Result<(String, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                out.push('\'');
            }
            '\'' => return Ok((out, at + 1)),
            other => out.push(other),
        }
    }
    Err(format!("the text '{text} has no `'` at its end"))
}

fn operand(word: &str, rest: &str) -> Result<Operand, String> {
    let literal = match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ if word.starts_with('$') => return Expression::parse(word).map(Operand::Expression),
        _ => match word.parse::<Number>() {
            Ok(number) => Value::Number(number),
            Err(_) if rest.starts_with('"') => {
                return Err("a text stands in single quotes: 'text'".to_owned());
            }
            Err(_) => {
                return Err(format!(
                    "`{word}` is no value: a text stands in single quotes, an expression begins with `$`"
                ));
            }
        },
    };
    Ok(Operand::Literal(literal))
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is_it = self.peek() == Some(token);
        self.at += usize::from(is_it);
        is_it
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut all = vec![self.all()?];
        while self.takes(&Token::Or) {
            all.push(self.all()?);
        }
        Ok(one_or(all, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut all = vec![self.not()?];
        while self.takes(&Token::And) {
            all.push(self.not()?);
        }
        Ok(one_or(all, Condition::All))
    }

    fn not(&mut self) -> Result<Condition, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it has more than {DEEPEST} levels of nesting"));
        }
        let found = match self.takes(&Token::Not) {
            true => self.not().map(|one| Condition::Not(Box::new(one))),
            false => self.compared(),
        };
        self.depth -= 1;
        found
    }

    fn compared(&mut self) -> Result<Condition, String> {
        let left = match self.group()? {
            Ok(operand) => operand,
            Err(condition) => return Ok(condition),
        };
        let Some(Token::Compare(comparison)) = self.peek() else {
            return Ok(Condition::Is(left));
        };
        let comparison = *comparison;
        self.at += 1;
        match self.group()? {
            Ok(right) => Ok(Condition::Compare(left, comparison, right)),
            Err(_) => Err("a condition is compared with nothing: compare two values".to_owned()),
        }
    }

    /// A value, or a condition in parentheses; a value in parentheses is that value.
    fn group(&mut self) -> Result<Result<Operand, Condition>, String> {
        match self.peek() {
            Some(Token::Operand(operand, _)) => {
                let operand = operand.clone();
                self.at += 1;
                Ok(Ok(operand))
            }
            Some(Token::Open) => {
                self.at += 1;
                let inner = self.any()?;
                if !self.takes(&Token::Close) {
                    return Err("a parenthesis is not closed".to_owned());
                }
                Ok(match inner {
                    Condition::Is(operand) => Ok(operand),
                    condition => Err(condition),
                })
            }
            Some(token) => Err(format!("a value is missing before `{}`", token.shown())),
            None => Err("a value is missing at its end".to_owned()),
        }
    }
}

fn one_or(mut all: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match all.len() {
        1 => all.remove(0),
        _ => many(all),
    }
}
