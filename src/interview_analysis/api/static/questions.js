// Questions to practise with: [Korean, English].

export const QUESTIONS = [
  ["자기소개를 해 주세요.", "Please introduce yourself."],
  ["이 직무에 지원한 이유는 무엇인가요?", "Why did you apply for this job?"],
  ["가장 어려웠던 일과 그것을 어떻게 해결했는지 말씀해 주세요.", "Tell us about your hardest problem and how you solved it."],
  ["팀에서 의견이 달랐을 때 어떻게 했나요?", "What did you do when your team disagreed?"],
  ["본인의 강점과 약점은 무엇인가요?", "What are your strengths and weaknesses?"],
  ["실패한 경험과 거기서 배운 것을 말씀해 주세요.", "Tell us about a failure and what you learned from it."],
  ["5년 뒤에 어떤 일을 하고 싶으신가요?", "What would you like to be doing in five years?"],
  ["마지막으로 하고 싶은 말씀이 있나요?", "Is there anything you would like to add?"],
];
