import type { Shape } from '../shape.ts';

/** The bodies of requests by their types. Made by scripts/openapi/write.ts; not to be changed by hand. */
// prettier-ignore
export const BODY_SHAPES: Readonly<Record<string, Shape>> = {
  AckRequestJson: {"type":"object","properties":{"comment":{"type":"string"}},"additionalProperties":false},
  BenchNameJson: {"type":"object","properties":{"device":{"type":"string"},"table":{"type":"string","enum":["coil","discrete","holding","input"]},"start":{"type":"number"},"name":{"type":"string"},"type":{"type":"string"},"scale":{"type":"string"},"unit":{"type":"string"},"label":{"type":"string"},"decimals":{"type":"number"}},"required":["device","table","start","name","type"],"additionalProperties":false},
  BenchQuestionJson: {"type":"object","properties":{"table":{"type":"string","enum":["coil","discrete","holding","input"]},"start":{"type":"number"},"count":{"type":"number"},"device":{"type":"string"},"line":{"type":"string"},"unit":{"type":"number"}},"required":["table","start","count"],"additionalProperties":false},
  BenchWriteJson: {"type":"object","properties":{"device":{"type":"string"},"start":{"type":"number"},"words":{"type":"array","items":{"type":"number"}},"bits":{"type":"array","items":{"type":"number"}},"function":{"type":"string","enum":["auto","multiple"]},"reason":{"type":"string"}},"required":["device","start"],"additionalProperties":false},
  ConfigDraftJson: {"type":"object","properties":{"name":{"type":"string"},"text":{"type":"string"}},"required":["text"],"additionalProperties":false},
  ConfigEditRequestJson: {"type":"object","properties":{"text":{"type":"string"},"edits":{"type":"array","items":{"type":"object","properties":{"path":{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"}]}},"value":{},"key":{"type":"string"}},"required":["path"],"additionalProperties":false}}},"required":["text","edits"],"additionalProperties":false},
  ConfigPutJson: {"type":"object","properties":{"reason":{"type":"string"},"name":{"type":"string"},"text":{"type":"string"}},"required":["text"],"additionalProperties":false},
  ConfigTestRequestJson: {"type":"object","properties":{"name":{"type":"string"},"text":{"type":"string"},"device":{"type":"string"}},"required":["text","device"],"additionalProperties":false},
  DropRequestJson: {"type":"object","properties":{"confirm":{"type":"string"}},"required":["confirm"],"additionalProperties":false},
  DryRunRequestJson: {"type":"object","properties":{"flow":{"type":"string"}},"required":["flow"],"additionalProperties":false},
  LockRequestJson: {"type":"object","properties":{"scope":{"type":"string"},"why":{"type":"string"},"until":{"type":"string"},"for":{"type":"string"}},"required":["why"],"additionalProperties":false},
  LoginRequestJson: {"type":"object","properties":{"name":{"type":"string"},"password":{"type":"string"}},"required":["name","password"],"additionalProperties":false},
  NothingJson: {"type":"object","additionalProperties":false},
  PauseRequestJson: {"type":"object","properties":{"why":{"type":"string"}},"required":["why"],"additionalProperties":false},
  QuarantineRequestJson: {"type":"object","properties":{"ids":{"type":"array","items":{"type":"number"}}},"additionalProperties":false},
  RetryRequestJson: {"type":"object","properties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false},
  SetupRequestJson: {"type":"object","properties":{"code":{"type":"string"},"name":{"type":"string"},"password":{"type":"string"}},"required":["code","name","password"],"additionalProperties":false},
  ShelveRequestJson: {"type":"object","properties":{"for":{"type":"string"},"reason":{"type":"string"}},"required":["for","reason"],"additionalProperties":false},
  UnlockRequestJson: {"type":"object","properties":{"reason":{"type":"string"}},"required":["reason"],"additionalProperties":false},
  WriteRequestJson: {"type":"object","properties":{"value":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"}]},"reason":{"type":"string"},"leaseMs":{"type":"number"},"ttlMs":{"type":"number"}},"required":["value"],"additionalProperties":false},
};
