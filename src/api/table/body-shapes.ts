import type { Shape } from '../shape.ts';

/** The bodies of requests by their types. Made by scripts/openapi/write.ts; not to be changed by hand. */
// prettier-ignore
export const BODY_SHAPES: Readonly<Record<string, Shape>> = {
  AckRequestJson: {"type":"object","properties":{"comment":{"type":"string"}},"additionalProperties":false},
  BenchNameJson: {"type":"object","required":["device","table","start","name","type"],"properties":{"device":{"type":"string"},"table":{"type":"string","enum":["coil","discrete","holding","input"]},"start":{"type":"number"},"name":{"type":"string"},"type":{"type":"string"},"scale":{"type":"string"},"unit":{"type":"string"},"label":{"type":"string"},"decimals":{"type":"number"}},"additionalProperties":false},
  BenchQuestionJson: {"type":"object","required":["table","start","count"],"properties":{"table":{"type":"string","enum":["coil","discrete","holding","input"]},"start":{"type":"number"},"count":{"type":"number"},"device":{"type":"string"},"line":{"type":"string"},"unit":{"type":"number"}},"additionalProperties":false},
  BenchWriteJson: {"type":"object","required":["device","start"],"properties":{"device":{"type":"string"},"start":{"type":"number"},"words":{"type":"array","items":{"type":"number"}},"bits":{"type":"array","items":{"type":"number"}},"function":{"type":"string","enum":["auto","multiple"]},"reason":{"type":"string"}},"additionalProperties":false},
  ConfigDraftJson: {"type":"object","required":["text"],"properties":{"name":{"type":"string"},"text":{"type":"string"}},"additionalProperties":false},
  ConfigEditRequestJson: {"type":"object","required":["text","edits"],"properties":{"text":{"type":"string"},"edits":{"type":"array","items":{"type":"object","required":["path"],"properties":{"path":{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"}]}},"value":{},"key":{"type":"string"}},"additionalProperties":false}}},"additionalProperties":false},
  ConfigPutJson: {"type":"object","required":["text"],"properties":{"reason":{"type":"string"},"name":{"type":"string"},"text":{"type":"string"}},"additionalProperties":false},
  ConfigTestRequestJson: {"type":"object","required":["text","device"],"properties":{"name":{"type":"string"},"text":{"type":"string"},"device":{"type":"string"}},"additionalProperties":false},
  DropRequestJson: {"type":"object","required":["confirm"],"properties":{"confirm":{"type":"string"}},"additionalProperties":false},
  DryRunRequestJson: {"type":"object","required":["flow"],"properties":{"flow":{"type":"string"}},"additionalProperties":false},
  LockRequestJson: {"type":"object","required":["why"],"properties":{"scope":{"type":"string"},"why":{"type":"string"},"until":{"type":"string"},"for":{"type":"string"}},"additionalProperties":false},
  LoginRequestJson: {"type":"object","required":["name","password"],"properties":{"name":{"type":"string"},"password":{"type":"string"}},"additionalProperties":false},
  NothingJson: {"type":"object","additionalProperties":false},
  PauseRequestJson: {"type":"object","required":["why"],"properties":{"why":{"type":"string"}},"additionalProperties":false},
  QuarantineRequestJson: {"type":"object","properties":{"ids":{"type":"array","items":{"type":"number"}}},"additionalProperties":false},
  RetryRequestJson: {"type":"object","required":["id"],"properties":{"id":{"type":"string"}},"additionalProperties":false},
  SetupRequestJson: {"type":"object","required":["code","name","password"],"properties":{"code":{"type":"string"},"name":{"type":"string"},"password":{"type":"string"}},"additionalProperties":false},
  ShelveRequestJson: {"type":"object","required":["for","reason"],"properties":{"for":{"type":"string"},"reason":{"type":"string"}},"additionalProperties":false},
  UnlockRequestJson: {"type":"object","required":["reason"],"properties":{"reason":{"type":"string"}},"additionalProperties":false},
  WriteRequestJson: {"type":"object","required":["value"],"properties":{"value":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"}]},"reason":{"type":"string"},"leaseMs":{"type":"number"},"ttlMs":{"type":"number"}},"additionalProperties":false},
};
