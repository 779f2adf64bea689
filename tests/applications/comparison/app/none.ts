import { HttpInterceptorFn } from '@angular/common/http';
import { EnvironmentProviders } from '@angular/core';

export const guard = () => true;
export const interceptors: HttpInterceptorFn[] = [];
export const providers: EnvironmentProviders[] = [];
